package imaging.store;

import java.util.Locale;

/**
 * Why an object isn't stored. It is unchecked since Dicoogle's interface declares no exception, and
 * Dicoogle turns any into the status Processing Failure (DicomStorage of Dicoogle 3.5.1). Its
 * message goes to the sender and the log, so it names no patient, no examination and no path.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reasons; a metric's label each. */
    public enum Reason {
        READ_ONLY,
        NO_SPACE,
        JOURNAL_FULL,
        BAD_UID,
        BAD_META_INFORMATION,
        NO_MODALITY,
        UNREADABLE,
        CONFLICT,
        WRITE_FAILED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    public Refusal(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    public Refusal(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
