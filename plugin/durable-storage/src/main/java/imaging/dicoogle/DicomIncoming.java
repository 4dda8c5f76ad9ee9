package imaging.dicoogle;

import imaging.store.Incoming;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.dcm4che2.data.DicomObject;
import org.dcm4che2.io.DicomOutputStream;

/** An object as dcm4che hands it over. */
final class DicomIncoming implements Incoming {
    private final DicomObject object;

    DicomIncoming(DicomObject object) {
        this.object = object;
    }

    @Override
    public String attribute(Attribute attribute) {
        return object.getString(attribute.tag());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        // Closing finishes a deflated dataset.
        try (DicomOutputStream file = new DicomOutputStream(new Unclosable(out))) {
            file.writeDicomFile(object);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("the object can't be written as a file", impossible);
        }
    }

    private static final class Unclosable extends FilterOutputStream {
        Unclosable(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
