package imaging.dicoogle;

import imaging.store.Index;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import pt.ua.dicoogle.sdk.IndexerInterface;
import pt.ua.dicoogle.sdk.QueryInterface;
import pt.ua.dicoogle.sdk.StorageInputStream;
import pt.ua.dicoogle.sdk.core.DicooglePlatformInterface;
import pt.ua.dicoogle.sdk.datastructs.SearchResult;

/** Dicoogle's index and query plugins of one name. Without a platform, before the start's end, mute. */
final class DicoogleIndex implements Index {
    private final String provider;
    private volatile DicooglePlatformInterface platform;

    DicoogleIndex(String provider) {
        this.provider = provider;
    }

    void setPlatform(DicooglePlatformInterface platform) {
        this.platform = platform;
    }

    @Override
    public Path locate(String uid) {
        Iterable<SearchResult> answers = ask("SOPInstanceUID:" + uid);
        if (answers != null) {
            for (SearchResult answer : answers) {
                return path(answer.getURI());
            }
        }
        return null;
    }

    /** Null where nobody answers. */
    Iterable<SearchResult> ask(String query) {
        QueryInterface querying = querying();
        HashMap<String, String> fields = new HashMap<>();
        fields.put("SOPInstanceUID", "SOPInstanceUID");
        return querying == null ? null : querying.query(query, fields);
    }

    @Override
    public void index(Collection<Path> files) {
        List<StorageInputStream> streams = new ArrayList<>();
        for (Path file : files) {
            streams.add(new StoredFile(file));
        }
        DicooglePlatformInterface known = platform;
        if (known == null) {
            return;
        }
        for (IndexerInterface indexer : known.getAllIndexPlugins()) {
            if (indexer.isEnabled() && provider.equals(indexer.getName())) {
                // Here and now, so that it is over when this returns.
                indexer.index(streams).run();
            }
        }
    }

    boolean isIndexing() {
        DicooglePlatformInterface known = platform;
        return known != null && known.getAllIndexPlugins().stream().anyMatch(
                indexer -> indexer.isEnabled() && provider.equals(indexer.getName()));
    }

    boolean isQuerying() {
        return querying() != null;
    }

    private QueryInterface querying() {
        DicooglePlatformInterface known = platform;
        if (known == null) {
            return null;
        }
        for (QueryInterface querying : known.getAllQueryPlugins()) {
            if (querying.isEnabled() && provider.equals(querying.getName())) {
                return querying;
            }
        }
        return null;
    }

    private static Path path(URI location) {
        try {
            return Paths.get(location);
        } catch (IllegalArgumentException | FileSystemNotFoundException foreign) {
            return null;
        }
    }
}
