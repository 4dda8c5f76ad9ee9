package imaging.store;

import java.nio.file.Path;
import java.util.Locale;

/** What became of an object whose sender hears Success. */
public final class Stored {
    /** A metric's label each. */
    public enum Outcome {
        /** It is new. */
        WRITTEN,
        /** The same content was there. */
        DUPLICATE,
        /** What an interrupted write had left has been replaced by the whole. */
        REPAIRED,
        /** Other content is there; this one is kept aside. */
        CONFLICT;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public final Outcome outcome;
    /** The file that answers for the object's UID. */
    public final Path file;

    Stored(Outcome outcome, Path file) {
        this.outcome = outcome;
        this.file = file;
    }
}
