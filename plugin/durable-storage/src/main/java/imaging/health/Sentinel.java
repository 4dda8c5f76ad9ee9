package imaging.health;

import imaging.store.Disk;
import imaging.store.Index;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The synthetic object that every repository holds: who serves it sees index and images. */
public final class Sentinel {
    private static final int PREAMBLE = 128;

    private final String uid;
    private final Index index;
    private final Disk disk;

    public Sentinel(String uid, Index index, Disk disk) {
        this.uid = uid;
        this.index = index;
        this.disk = disk;
    }

    /** Says what is wrong; null where it is served. */
    public String complaint() {
        Path file = index.locate(uid);
        if (file == null) {
            return "the index doesn't know the sentinel; it is missing, empty or not readable";
        }
        byte[] head = new byte[PREAMBLE + 4];
        try (InputStream in = disk.read(file)) {
            int count = 0;
            int read;
            while (count < head.length && (read = in.read(head, count, head.length - count)) > 0) {
                count += read;
            }
        } catch (IOException failed) {
            return "the sentinel's file can't be read; are the images mounted?";
        }
        String mark = new String(head, PREAMBLE, 4, StandardCharsets.US_ASCII);
        return "DICM".equals(mark) ? null : "the sentinel's file is no DICOM object";
    }
}
