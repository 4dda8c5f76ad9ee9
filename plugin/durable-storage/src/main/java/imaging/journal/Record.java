package imaging.journal;

import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A line of the journal's file: checksum, sign, time, UID, file relative to the root. It begins and
 * ends with a line's end, so that one that was cut off spoils no other.
 */
final class Record {
    static final char NOTED = '+';
    static final char DONE = '-';

    final char sign;
    final long time;
    final String uid;
    final String file;

    Record(char sign, long time, String uid, String file) {
        this.sign = sign;
        this.time = time;
        this.uid = uid;
        this.file = file;
    }

    byte[] bytes() {
        String body = sign + " " + time + " " + uid + " " + encode(file);
        return ("\n" + checksum(body) + " " + body + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Null where the line isn't whole. */
    static Record parse(String line) {
        String[] parts = line.split(" ", 2);
        if (parts.length < 2 || !parts[0].equals(checksum(parts[1]))) {
            return null;
        }
        String[] fields = parts[1].split(" ", 4);
        if (fields.length < 4) {
            return null;
        }
        return new Record(
                fields[0].charAt(0), Long.parseLong(fields[1]), fields[2], decode(fields[3]));
    }

    private static String checksum(String body) {
        CRC32 sum = new CRC32();
        sum.update(body.getBytes(StandardCharsets.US_ASCII));
        return String.format("%08x", sum.getValue());
    }

    private static String encode(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8");
        } catch (UnsupportedEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, "UTF-8");
        } catch (UnsupportedEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
