package imaging.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/** An object on its way: whole and lasting, under a name that nobody reads. */
final class Staged {
    private static final int BUFFER = 1 << 16;

    private final Disk disk;
    final Path file;

    private Staged(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /**
     * Writes an object, forces it and reads it back. Leaves no file behind where that fails, unless
     * not even deleting works; then the next start does it.
     */
    static Staged write(Disk disk, Path file, Incoming object, String uid) throws IOException {
        Staged staged = new Staged(disk, file);
        try {
            MessageDigest digest = Digests.sha256();
            HeadFilter head = new HeadFilter(new Nowhere());
            long length;
            try (Disk.Output out = disk.create(file)) {
                Counting counting = new Counting(new DigestOutputStream(out, digest), head);
                object.writeTo(counting);
                counting.flush();
                length = counting.count;
                out.force();
            }
            MetaInformation.check(head.found(), uid);
            staged.verify(length, digest.digest());
            return staged;
        } catch (IOException | RuntimeException failed) {
            staged.discard(failed);
            throw failed;
        }
    }

    void discard(Exception reason) {
        try {
            disk.delete(file);
        } catch (IOException left) {
            reason.addSuppressed(left);
        }
    }

    private void verify(long length, byte[] expected) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[BUFFER];
        long read = 0;
        try (InputStream in = disk.read(file)) {
            int count;
            while ((count = in.read(buffer)) > 0) {
                digest.update(buffer, 0, count);
                read += count;
            }
        }
        if (read != length || !Arrays.equals(expected, digest.digest())) {
            throw new IOException("what was read back isn't what was written");
        }
    }

    /** Collects small writes, counts, and shows all to the filter of the head. */
    private static final class Counting extends FilterOutputStream {
        private final HeadFilter head;
        private final byte[] buffer = new byte[BUFFER];
        private int held;
        private long count;

        Counting(OutputStream out, HeadFilter head) {
            super(out);
            this.head = head;
        }

        @Override
        public void write(int value) throws IOException {
            if (held == buffer.length) {
                flush();
            }
            buffer[held++] = (byte) value;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > buffer.length - held) {
                flush();
            }
            if (length > buffer.length) {
                pass(bytes, offset, length);
            } else {
                System.arraycopy(bytes, offset, buffer, held, length);
                held += length;
            }
        }

        @Override
        public void flush() throws IOException {
            pass(buffer, 0, held);
            held = 0;
        }

        private void pass(byte[] bytes, int offset, int length) throws IOException {
            head.write(bytes, offset, length);
            out.write(bytes, offset, length);
            count += length;
        }
    }

    private static final class Nowhere extends OutputStream {
        @Override
        public void write(int value) {
            // Only the head counts.
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            // Only the head counts.
        }
    }
}
