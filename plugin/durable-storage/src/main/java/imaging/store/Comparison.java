package imaging.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Compares an object with a stored file, byte by byte, without holding either. The meta information
 * doesn't count, but for the transfer syntax: Dicoogle notes in it who sent the object.
 */
final class Comparison {
    enum Result {
        /** The same content. */
        SAME,
        /** What an interrupted write left of this content: a part of it, or not even that. */
        REMAINDER,
        OTHER
    }

    /** No file with a dataset is shorter. */
    private static final int MINIMUM = 512;

    private Comparison() {}

    /**
     * Compares.
     *
     * @throws Refusal where the object's own meta information isn't that of its UID
     */
    static Result compare(String uid, Incoming object, Disk disk, Path file) throws IOException {
        try (InputStream stored = new BufferedInputStream(disk.read(file), 1 << 16)) {
            MetaInformation head = skipHead(stored);
            if (head == null) {
                return disk.size(file) < MINIMUM ? Result.REMAINDER : Result.OTHER;
            }
            Against against = new Against(stored);
            HeadFilter filter = new HeadFilter(against);
            object.writeTo(filter);
            MetaInformation.check(filter.found(), uid);
            boolean sameSyntax = filter.found().transferSyntax.equals(head.transferSyntax);
            return sameSyntax ? against.result() : Result.OTHER;
        }
    }

    /** Leaves the stream where the dataset begins; null where there is no whole head. */
    private static MetaInformation skipHead(InputStream stored) throws IOException {
        byte[] bytes = new byte[1 << 16];
        stored.mark(bytes.length);
        int count = 0;
        int read;
        while (count < bytes.length && (read = stored.read(bytes, count, bytes.length - count)) > 0) {
            count += read;
        }
        MetaInformation head;
        try {
            head = MetaInformation.read(bytes, count);
        } catch (MetaInformation.Malformed malformed) {
            return null;
        }
        if (head != null) {
            stored.reset();
            for (long left = head.length; left > 0; ) {
                left -= stored.skip(left);
            }
        }
        return head;
    }

    private static final class Against extends OutputStream {
        private final InputStream stored;
        private final byte[] buffer = new byte[1 << 16];
        private boolean differs;
        private boolean ended;

        Against(InputStream stored) {
            this.stored = stored;
        }

        Result result() throws IOException {
            if (differs || !ended && stored.read() >= 0) {
                return Result.OTHER;
            }
            return ended ? Result.REMAINDER : Result.SAME;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length && !ended && !differs) {
                int read = stored.read(buffer, 0, Math.min(buffer.length, length - done));
                ended = read < 0;
                for (int i = 0; i < read; i++) {
                    differs |= buffer[i] != bytes[offset + done + i];
                }
                done += Math.max(read, 0);
            }
        }
    }
}
