package org.dcm4che2.data;

public interface DicomObject {
    /** Null where the attribute is absent; the first of several values. */
    String getString(int tag);
}
