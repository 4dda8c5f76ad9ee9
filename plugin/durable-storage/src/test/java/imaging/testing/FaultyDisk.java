package imaging.testing;

import imaging.store.Disk;
import imaging.store.RealDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real directory whose every change is a counted step, at which it can fail, or stop for good.
 * It also knows what was never forced, and can lose it as a power loss does.
 */
public final class FaultyDisk implements Disk {
    /** What every call throws from the step on at which the machine stopped. */
    public static final class Stopped extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class Change {
        final Path directory;
        final Undo undo;

        Change(Path directory, Undo undo) {
            this.directory = directory;
            this.undo = undo;
        }
    }

    private interface Undo {
        void run() throws IOException;
    }

    private final RealDisk real = new RealDisk();
    private final Deque<Change> names = new ArrayDeque<>();
    /** How many bytes of a file would outlast a power loss, by the file's number. */
    private final Map<Object, Long> lasting = new HashMap<>();
    private int steps;
    private int failFrom = Integer.MAX_VALUE;
    private int failUpTo = -1;
    private int stopAt = Integer.MAX_VALUE;
    private long free = Long.MAX_VALUE;

    public int steps() {
        return steps;
    }

    /** Fails at a step counted from now, and so often. */
    public FaultyDisk failAt(int step, int times) {
        failFrom = steps + step;
        failUpTo = failFrom + times - 1;
        return this;
    }

    public FaultyDisk stopAt(int step) {
        stopAt = steps + step;
        return this;
    }

    public FaultyDisk free(long bytes) {
        free = bytes;
        return this;
    }

    /** Undoes all that was never forced. */
    public void losePower() throws IOException {
        while (!names.isEmpty()) {
            names.pop().undo.run();
        }
    }

    /** Cuts what remains to what was forced; call after {@link #losePower()}. */
    public void loseContent(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                Long length = lasting.get(number(file));
                if (length != null && length < Files.size(file)) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(length);
                    }
                }
            }
        }
    }

    private void step() throws IOException {
        steps++;
        if (steps >= stopAt) {
            throw new Stopped();
        }
        if (steps >= failFrom && steps <= failUpTo) {
            throw new IOException("No space left on device");
        }
    }

    private void alive() {
        if (steps >= stopAt) {
            throw new Stopped();
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        step();
        Output out = real.create(file);
        names.push(new Change(file.getParent(), () -> Files.deleteIfExists(file)));
        Object number = number(file);
        lasting.put(number, 0L);
        return new Output() {
            private long length;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                try {
                    step();
                } catch (IOException | Stopped failed) {
                    // As a full disk does: a part still fits.
                    out.write(bytes, offset, count / 2);
                    throw failed;
                }
                out.write(bytes, offset, count);
                length += count;
            }

            @Override
            public void force() throws IOException {
                step();
                lasting.put(number, length);
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public InputStream read(Path file) throws IOException {
        alive();
        return real.read(file);
    }

    @Override
    public long size(Path file) {
        alive();
        return real.size(file);
    }

    @Override
    public boolean isDirectory(Path directory) {
        alive();
        return real.isDirectory(directory);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        step();
        if (!real.isDirectory(directory)) {
            real.makeDirectory(directory);
            names.push(new Change(directory.getParent(), () -> deleteTree(directory)));
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        Path replaced = keep(to);
        real.rename(from, to);
        names.push(new Change(to.getParent(), () -> {
            if (Files.exists(to)) {
                Files.createDirectories(from.getParent());
                Files.move(to, from, StandardCopyOption.REPLACE_EXISTING);
            }
            restore(replaced, to);
        }));
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        Path kept = keep(file);
        real.delete(file);
        names.push(new Change(file.getParent(), () -> restore(kept, file)));
    }

    @Override
    public void forceFile(Path file) throws IOException {
        step();
        lasting.put(number(file), Files.size(file));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step();
        names.removeIf(change -> change.directory.equals(directory));
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        alive();
        return real.list(directory);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return Math.min(free, real.freeBytes(directory));
    }

    private static Path keep(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        Path folder = Files.createTempDirectory("kept");
        Path kept = Files.createLink(folder.resolve("file"), file);
        // The last one that is said goes first, and only an empty folder goes.
        folder.toFile().deleteOnExit();
        kept.toFile().deleteOnExit();
        return kept;
    }

    private static void restore(Path kept, Path file) throws IOException {
        if (kept != null && Files.isDirectory(file.getParent()) && !Files.exists(file)) {
            Files.createLink(file, kept);
        }
    }

    private static Object number(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : new ArrayList<>(
                    all.sorted(Comparator.reverseOrder()).collect(Collectors.toList()))) {
                Files.delete(path);
            }
        }
    }
}
