package imaging.journal;

import java.nio.file.Path;

/** One object that is stored, or about to be, and that the index hasn't answered for. */
final class Entry {
    final String uid;
    final Path file;
    /** Milliseconds of the epoch. */
    final long noted;
    /** Whether its file lies there, as far as this process knows. */
    volatile boolean settled;
    /** Milliseconds of the epoch before which nobody needs to try it again. */
    volatile long due;
    volatile int attempts;

    Entry(String uid, Path file, long noted) {
        this.uid = uid;
        this.file = file;
        this.noted = noted;
    }
}
