package imaging.store;

import static imaging.store.Incoming.Attribute.MODALITY;
import static imaging.store.Incoming.Attribute.SOP_INSTANCE_UID;
import static imaging.store.Refusal.Reason;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Stores objects so that Success means: the object is on the disk, whole, under its name, and noted
 * for the index, also after a power loss the moment after.
 *
 * <p>Owns the order of steps; the disk ({@link Disk}), the note ({@link Ledger}) and the index
 * ({@link Index}) are others'. One process at a time may write to a root.
 */
public final class Store {
    private static final int LOCKS = 256;

    private final Settings settings;
    private final Disk disk;
    private final Ledger ledger;
    private final Index index;
    private final Directories directories;
    private final Object[] locks = new Object[LOCKS];

    /** Opens a store. One that may write removes what an interrupted process left half-written. */
    public Store(Settings settings, Disk disk, Ledger ledger, Index index) throws IOException {
        this.settings = settings;
        this.disk = disk;
        this.ledger = ledger;
        this.index = index;
        this.directories = new Directories(disk, settings.root);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
        if (!settings.readOnly) {
            directories.ensure(settings.staging());
            for (Path left : disk.list(settings.staging())) {
                disk.delete(left);
            }
        }
    }

    /**
     * Stores an object.
     *
     * @throws Refusal where it can't be stored; nothing of it is left then
     */
    public Stored store(Incoming object) {
        if (settings.readOnly) {
            throw new Refusal(Reason.READ_ONLY, "This repository is read-only; send to its ingest.");
        }
        String uid = object.attribute(SOP_INSTANCE_UID);
        check(uid, object);
        try {
            checkRoom();
            // Equal UIDs share a lock, so nothing changes between the look and the rename.
            synchronized (locks[Math.floorMod(uid.hashCode(), LOCKS)]) {
                return storeAlone(uid, object);
            }
        } catch (HeadFilter.Unreadable unreadable) {
            throw new Refusal(
                    Reason.UNREADABLE, "Found no DICOM object; send one that is whole.", unreadable);
        } catch (IOException failed) {
            throw new Refusal(
                    Reason.WRITE_FAILED,
                    "The object couldn't be written to the repository's volume; send it again.",
                    failed);
        }
    }

    /** Removes an examination's file; an object that isn't there is no failure. */
    public void remove(Path file) throws IOException {
        if (settings.readOnly || !settings.holds(file)) {
            throw new Refusal(Reason.READ_ONLY, "Nothing may be removed there.");
        }
        disk.delete(file);
        if (disk.isDirectory(file.getParent())) {
            disk.forceDirectory(file.getParent());
        }
    }

    private Stored storeAlone(String uid, Incoming object) throws IOException {
        Path known = locate(uid);
        Path place = known == null ? Layout.place(settings.root, object) : known;
        if (disk.size(place) < 0) {
            return write(Stored.Outcome.WRITTEN, uid, object, place);
        }
        switch (Comparison.compare(uid, object, disk, place)) {
            case SAME:
                return keep(uid, place);
            case REMAINDER:
                return write(Stored.Outcome.REPAIRED, uid, object, place);
            default:
                return setAside(uid, object, place);
        }
    }

    /** Asks by UID, since a corrected date or accession number would lead to another place. */
    private Path locate(String uid) {
        Path noted = ledger.locate(uid);
        Path found = noted == null ? index.locate(uid) : noted;
        return found != null && settings.holds(found) ? found : null;
    }

    private Stored write(Stored.Outcome outcome, String uid, Incoming object, Path place)
            throws IOException {
        Staged staged = stage(uid, object);
        try {
            directories.ensure(place.getParent());
            ledger.note(uid, place);
            disk.rename(staged.file, place);
            disk.forceDirectory(place.getParent());
        } catch (IOException | RuntimeException failed) {
            directories.forget(place.getParent());
            staged.discard(failed);
            giveUp(uid, place);
            throw failed;
        }
        ledger.settle(uid);
        return new Stored(outcome, place);
    }

    /** After a failure the file may lie there all the same; then the note is right. */
    private void giveUp(String uid, Path place) {
        if (disk.size(place) < 0) {
            ledger.retract(uid);
        } else {
            ledger.settle(uid);
        }
    }

    private Stored keep(String uid, Path place) throws IOException {
        // Who wrote it may have been stopped before it lasted.
        disk.forceFile(place);
        directories.ensure(place.getParent());
        disk.forceDirectory(place.getParent());
        if (!place.equals(index.locate(uid))) {
            try {
                ledger.note(uid, place);
            } finally {
                ledger.settle(uid);
            }
        }
        return new Stored(Stored.Outcome.DUPLICATE, place);
    }

    private Stored setAside(String uid, Incoming object, Path place) throws IOException {
        if (settings.conflicts == Settings.ConflictPolicy.REFUSE) {
            throw new Refusal(
                    Reason.CONFLICT,
                    "Another object with this SOP Instance UID is stored; give yours a UID of its"
                            + " own.");
        }
        Path folder = settings.conflictFolder().resolve(uid);
        directories.ensure(folder);
        for (Path kept : disk.list(folder)) {
            if (Comparison.compare(uid, object, disk, kept) == Comparison.Result.SAME) {
                return new Stored(Stored.Outcome.CONFLICT, place);
            }
        }
        Staged staged = stage(uid, object);
        try {
            disk.rename(staged.file, folder.resolve(staged.file.getFileName() + ".dcm"));
        } catch (IOException | RuntimeException failed) {
            staged.discard(failed);
            throw failed;
        }
        disk.forceDirectory(folder);
        return new Stored(Stored.Outcome.CONFLICT, place);
    }

    private Staged stage(String uid, Incoming object) throws IOException {
        Path file = settings.staging().resolve(UUID.randomUUID().toString());
        return Staged.write(disk, file, object, uid);
    }

    private static void check(String uid, Incoming object) {
        if (!Uid.isValid(uid)) {
            throw new Refusal(
                    Reason.BAD_UID,
                    "Found no valid SOP Instance UID; allowed are up to 64 digits and dots.");
        }
        String modality = object.attribute(MODALITY);
        if (modality == null || modality.trim().isEmpty()) {
            throw new Refusal(
                    Reason.NO_MODALITY,
                    "Found no Modality; Dicoogle's index takes no object without one, so nobody"
                            + " would find it.");
        }
    }

    private void checkRoom() throws IOException {
        if (disk.freeBytes(settings.root) < settings.leastFree) {
            throw new Refusal(
                    Reason.NO_SPACE, "The repository's volume is nearly full; send it again later.");
        }
        if (!ledger.hasRoom()) {
            throw new Refusal(
                    Reason.JOURNAL_FULL,
                    "Too many objects wait for the index; send it again later.");
        }
    }
}
