package imaging.store;

import java.io.IOException;
import java.io.OutputStream;

/** An object that somebody wants stored. */
public interface Incoming {
    /** Null where the attribute is absent. */
    String attribute(Attribute attribute);

    /** Writes it as a DICOM file, the same bytes at each call. Leaves the stream open. */
    void writeTo(OutputStream out) throws IOException;

    /** The attributes that decide about a place, by their tags. */
    enum Attribute {
        SOP_INSTANCE_UID(0x0008_0018),
        STUDY_DATE(0x0008_0020),
        ACCESSION_NUMBER(0x0008_0050),
        MODALITY(0x0008_0060),
        INSTITUTION_NAME(0x0008_0080),
        STUDY_INSTANCE_UID(0x0020_000D);

        private final int tag;

        Attribute(int tag) {
            this.tag = tag;
        }

        public int tag() {
            return tag;
        }
    }
}
