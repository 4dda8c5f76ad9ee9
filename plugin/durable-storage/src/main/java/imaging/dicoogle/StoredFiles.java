package imaging.dicoogle;

import imaging.store.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import pt.ua.dicoogle.sdk.StorageInputStream;

/** The files at a path, or below it, directory by directory; never one of the store's own. */
final class StoredFiles implements Iterable<StorageInputStream> {
    private final Settings settings;
    private final Path start;

    StoredFiles(Settings settings, Path start) {
        this.settings = settings;
        this.start = start;
    }

    @Override
    public Iterator<StorageInputStream> iterator() {
        if (!settings.holds(start) || !Files.isReadable(start)) {
            return Collections.emptyIterator();
        }
        return new Walk();
    }

    private final class Walk implements Iterator<StorageInputStream> {
        private final Deque<Path> ahead = new ArrayDeque<>(Collections.singleton(start));
        private Path next;

        @Override
        public boolean hasNext() {
            while (next == null && !ahead.isEmpty()) {
                Path path = ahead.pop();
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    enter(path);
                } else if (Files.isRegularFile(path)) {
                    next = path;
                }
            }
            return next != null;
        }

        @Override
        public StorageInputStream next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Path found = next;
            next = null;
            return new StoredFile(found);
        }

        private void enter(Path directory) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (settings.holds(entry)) {
                        ahead.push(entry);
                    }
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
