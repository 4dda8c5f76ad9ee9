package imaging.dicoogle;

import imaging.testing.MemoryIndex;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import pt.ua.dicoogle.sdk.DicooglePlugin;
import pt.ua.dicoogle.sdk.IndexerInterface;
import pt.ua.dicoogle.sdk.QueryInterface;
import pt.ua.dicoogle.sdk.StorageInputStream;
import pt.ua.dicoogle.sdk.core.DicooglePlatformInterface;
import pt.ua.dicoogle.sdk.datastructs.Report;
import pt.ua.dicoogle.sdk.datastructs.SearchResult;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;
import pt.ua.dicoogle.sdk.task.Task;

/** A Dicoogle with a lucene plugin that knows files by their names. */
final class FakePlatform implements DicooglePlatformInterface {
    final Map<String, URI> places = new ConcurrentHashMap<>();
    volatile boolean indexing = true;
    volatile boolean querying = true;

    void index(Path file) {
        places.put(MemoryIndex.uid(file), file.toUri());
    }

    @Override
    public Collection<IndexerInterface> getAllIndexPlugins() {
        return List.of(new Indexer());
    }

    @Override
    public Collection<QueryInterface> getAllQueryPlugins() {
        return List.of(new Query());
    }

    private abstract static class Lucene implements DicooglePlugin {
        @Override
        public String getName() {
            return "lucene";
        }

        @Override
        public boolean enable() {
            return true;
        }

        @Override
        public boolean disable() {
            return false;
        }

        @Override
        public void setSettings(ConfigurationHolder settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ConfigurationHolder getSettings() {
            throw new UnsupportedOperationException();
        }
    }

    private final class Indexer extends Lucene implements IndexerInterface {
        @Override
        public boolean isEnabled() {
            return indexing;
        }

        @Override
        public Task<Report> index(Iterable<StorageInputStream> files, Object... parameters) {
            return new Task<>(() -> {
                files.forEach(file -> FakePlatform.this.index(Paths.get(file.getURI())));
                return new Report();
            });
        }
    }

    private final class Query extends Lucene implements QueryInterface {
        @Override
        public boolean isEnabled() {
            return querying;
        }

        @Override
        public Iterable<SearchResult> query(String query, Object... parameters) {
            URI found = places.get(query.replace("SOPInstanceUID:", ""));
            return found == null ? List.of() : List.of(new SearchResult(found, 1, null));
        }
    }
}
