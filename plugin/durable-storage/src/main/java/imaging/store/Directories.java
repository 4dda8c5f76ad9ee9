package imaging.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes directories whose names last. A directory that an earlier process made may have lost its
 * race against a power loss, so each is forced once by each process.
 */
final class Directories {
    private static final int MOST_REMEMBERED = 100_000;

    private final Disk disk;
    private final Path root;
    private final Set<Path> lasting = ConcurrentHashMap.newKeySet();

    Directories(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    void ensure(Path directory) throws IOException {
        if (directory.equals(root) || lasting.contains(directory)) {
            return;
        }
        Path parent = directory.getParent();
        ensure(parent);
        if (!disk.isDirectory(directory)) {
            disk.makeDirectory(directory);
        }
        disk.forceDirectory(parent);
        if (lasting.size() >= MOST_REMEMBERED) {
            lasting.clear();
        }
        lasting.add(directory);
    }

    /** Makes the next use of a directory look whether it is still there. */
    void forget(Path directory) {
        for (Path path = directory; path != null && !path.equals(root); path = path.getParent()) {
            lasting.remove(path);
        }
    }
}
