package imaging.store;

import java.nio.file.Path;

/** What an operator decides about the store; all of it in {@code durable-storage.xml}. */
public final class Settings {
    /** What becomes of other content under the UID of a stored object. */
    public enum ConflictPolicy {
        /** It is kept below {@code .store/conflicts}, reported, and the sender hears Success. */
        KEEP,
        /** The sender keeps it. */
        REFUSE
    }

    public final Path root;
    public final boolean readOnly;
    /** Bytes: with less free nothing is taken in. */
    public final long leastFree;
    public final ConflictPolicy conflicts;

    public Settings(Path root, boolean readOnly, long leastFree, ConflictPolicy conflicts) {
        this.root = root.toAbsolutePath().normalize();
        this.readOnly = readOnly;
        this.leastFree = leastFree;
        this.conflicts = conflicts;
    }

    /** What belongs to the store itself; no examination's name can begin with a dot. */
    public Path own() {
        return root.resolve(".store");
    }

    /** Objects that are being written; on the file system of the images, so that a rename works. */
    public Path staging() {
        return own().resolve("staging");
    }

    public Path conflictFolder() {
        return own().resolve("conflicts");
    }

    /** Whether a path is an examination's: below the root, and none of the store's own. */
    public boolean holds(Path path) {
        Path normal = path.normalize();
        return normal.equals(path) && path.startsWith(root) && !path.startsWith(own());
    }
}
