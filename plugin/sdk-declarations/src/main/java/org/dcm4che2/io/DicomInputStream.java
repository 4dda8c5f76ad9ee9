package org.dcm4che2.io;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.dcm4che2.data.DicomObject;

public class DicomInputStream extends FilterInputStream {
    public DicomInputStream(InputStream in) throws IOException {
        super(in);
        throw new UnsupportedOperationException("only declared here");
    }

    public DicomObject readDicomObject() throws IOException {
        throw new UnsupportedOperationException("only declared here");
    }
}
