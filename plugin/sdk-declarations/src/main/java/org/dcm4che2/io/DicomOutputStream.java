package org.dcm4che2.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.dcm4che2.data.DicomObject;

public class DicomOutputStream extends FilterOutputStream {
    public DicomOutputStream(OutputStream out) {
        super(out);
        throw new UnsupportedOperationException("only declared here");
    }

    public void writeDicomFile(DicomObject object) throws IOException {
        throw new UnsupportedOperationException("only declared here");
    }
}
