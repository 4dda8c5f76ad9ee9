package imaging.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Takes a DICOM file's bytes, keeps its meta information, and lets only the dataset through. */
final class HeadFilter extends OutputStream {
    /** Meta information is some hundred bytes. */
    private static final int LONGEST = 64 * 1024;

    private final OutputStream dataset;
    private byte[] head = new byte[4096];
    private int count;
    private MetaInformation found;

    HeadFilter(OutputStream dataset) {
        this.dataset = dataset;
    }

    /** Null where the stream broke off within it. */
    MetaInformation found() {
        return found;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (found != null) {
            dataset.write(bytes, offset, length);
            return;
        }
        if (count + length > head.length) {
            head = Arrays.copyOf(head, Math.max(2 * head.length, count + length));
        }
        System.arraycopy(bytes, offset, head, count, length);
        count += length;
        try {
            found = MetaInformation.read(head, count);
        } catch (MetaInformation.Malformed malformed) {
            throw new Unreadable();
        }
        if (found != null) {
            dataset.write(head, found.length, count - found.length);
            head = new byte[0];
        } else if (count > LONGEST) {
            throw new Unreadable();
        }
    }

    /** Thrown where the bytes are no DICOM file's. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
