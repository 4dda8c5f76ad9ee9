package imaging.kill;

import imaging.store.Index;
import imaging.testing.MemoryIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An index in a file, which like Lucene's commits lasts once {@link #index} has returned. */
final class LinesIndex implements Index {
    private final Map<String, Path> places = new ConcurrentHashMap<>();
    private final FileChannel channel;

    LinesIndex(Path file) throws IOException {
        if (Files.exists(file)) {
            // What a kill cut off has no "!".
            for (String line : Files.readString(file).split("\n")) {
                if (line.endsWith("!")) {
                    add(Paths.get(line.substring(0, line.length() - 1)));
                }
            }
        }
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private void add(Path file) {
        places.putIfAbsent(MemoryIndex.uid(file), file);
    }

    @Override
    public Path locate(String uid) {
        return places.get(uid);
    }

    @Override
    public synchronized void index(Collection<Path> files) {
        StringBuilder lines = new StringBuilder();
        files.forEach(file -> lines.append('\n').append(file).append("!\n"));
        try {
            channel.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        files.forEach(this::add);
    }

    void close() throws IOException {
        channel.close();
    }
}
