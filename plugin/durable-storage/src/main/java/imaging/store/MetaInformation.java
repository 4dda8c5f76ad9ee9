package imaging.store;

import java.nio.charset.StandardCharsets;

/**
 * The head of a DICOM file: preamble, prefix and file meta information (PS3.10 §7.1), always in
 * explicit VR little endian.
 */
final class MetaInformation {
    private static final int PREFIX = 128;
    private static final int FIRST = PREFIX + 4;
    private static final int GROUP = 0x0002;
    private static final int INSTANCE = 0x0003;
    private static final int TRANSFER_SYNTAX = 0x0010;
    /** Value representations whose length has four bytes; PS3.5 §7.1.2. */
    private static final String LONG = "OB OW OF OD OL OV SQ UC UR UT UN SV UV";

    /** Where the dataset begins, in bytes from the file's start. */
    final int length;
    final String instance;
    final String transferSyntax;

    private MetaInformation(int length, String instance, String transferSyntax) {
        this.length = length;
        this.instance = instance;
        this.transferSyntax = transferSyntax;
    }

    /** Thrown where the bytes are no DICOM file's. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Reads it from a file's first {@code count} bytes; null where more of them are needed. */
    static MetaInformation read(byte[] bytes, int count) throws Malformed {
        if (count < FIRST) {
            return null;
        }
        if (!"DICM".equals(text(bytes, PREFIX, 4))) {
            throw new Malformed();
        }
        String instance = null;
        String transferSyntax = null;
        int at = FIRST;
        while (at + 12 <= count) {
            if (number(bytes, at, 2) != GROUP) {
                return new MetaInformation(at, instance, transferSyntax);
            }
            int element = (int) number(bytes, at + 2, 2);
            boolean isLong = LONG.contains(text(bytes, at + 4, 2));
            long size = isLong ? number(bytes, at + 8, 4) : number(bytes, at + 6, 2);
            int value = at + (isLong ? 12 : 8);
            if (size > count - value) {
                return null;
            }
            if (element == INSTANCE) {
                instance = text(bytes, value, (int) size).trim();
            } else if (element == TRANSFER_SYNTAX) {
                transferSyntax = text(bytes, value, (int) size).trim();
            }
            at = value + (int) size;
        }
        return null;
    }

    /** Refuses an object whose head is missing, incomplete or another object's. */
    static void check(MetaInformation head, String uid) {
        if (head == null || !Uid.isValid(head.transferSyntax)) {
            throw new Refusal(
                    Refusal.Reason.BAD_META_INFORMATION,
                    "Found an object without a valid transfer syntax; send it in one of those that"
                            + " the association has agreed upon.");
        }
        if (!uid.equals(head.instance)) {
            throw new Refusal(
                    Refusal.Reason.BAD_META_INFORMATION,
                    "Found one SOP Instance UID in the request and another in the object; both must"
                            + " be the same.");
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    private static long number(byte[] bytes, int from, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }
}
