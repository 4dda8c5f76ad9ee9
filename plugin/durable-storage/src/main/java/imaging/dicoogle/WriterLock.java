package imaging.dicoogle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Holds a repository against a second writer, whose start would remove the first's staged files. */
final class WriterLock implements AutoCloseable {
    private final FileChannel channel;

    WriterLock(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException held) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process writes to this repository; only one may");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
