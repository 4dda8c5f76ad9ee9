package imaging.testing;

import imaging.store.Index;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An index that can be dead; it knows a file's UID from its name. */
public final class MemoryIndex implements Index {
    private final Map<String, Path> places = new ConcurrentHashMap<>();
    public volatile boolean dead;

    @Override
    public Path locate(String uid) {
        return dead ? null : places.get(uid);
    }

    @Override
    public void index(Collection<Path> files) {
        if (!dead) {
            files.forEach(file -> places.putIfAbsent(uid(file), file));
        }
    }

    public static String uid(Path file) {
        return file.getFileName().toString().replaceAll("\\.dcm$", "");
    }
}
