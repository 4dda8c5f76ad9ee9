package imaging.dicoogle;

import imaging.store.Ledger;
import java.nio.file.Path;

/** A reader's: it stores nothing, so there is nothing to note. */
enum NoLedger implements Ledger {
    INSTANCE;

    @Override
    public Path locate(String uid) {
        return null;
    }

    @Override
    public boolean hasRoom() {
        return false;
    }

    @Override
    public void note(String uid, Path file) {
        throw new IllegalStateException("a reader notes nothing");
    }

    @Override
    public void settle(String uid) {
        throw new IllegalStateException("a reader notes nothing");
    }

    @Override
    public void retract(String uid) {
        throw new IllegalStateException("a reader notes nothing");
    }
}
