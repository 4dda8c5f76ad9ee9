package imaging.dicoogle;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/**
 * How many associations the storage service has. dcm4che tells nobody, but gives each a thread of
 * this name (DicomStorage of Dicoogle 3.5.1), and one more to the listener.
 */
final class Associations {
    private static final String THREADS = "DicoogleStorage";

    private Associations() {}

    static double count() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int found = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(THREADS)) {
                found++;
            }
        }
        return Math.max(0, found - 1);
    }
}
