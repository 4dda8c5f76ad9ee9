package imaging.store;

import java.io.IOException;
import java.nio.file.Path;

/** What must hold an object's name before its sender hears Success; {@code imaging.journal}. */
public interface Ledger {
    /** Where the object of a UID lies, as far as the ledger knows; null otherwise. */
    Path locate(String uid);

    /** Whether the next object would still find room. */
    boolean hasRoom();

    /** Notes, so that it outlasts a power loss, that an object is about to lie there. */
    void note(String uid, Path file) throws IOException;

    /** The object lies there. */
    void settle(String uid);

    /** It doesn't, after all. */
    void retract(String uid);
}
