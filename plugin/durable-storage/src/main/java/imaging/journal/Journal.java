package imaging.journal;

import imaging.store.Disk;
import imaging.store.Ledger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The stored objects that the index hasn't answered for yet: a file that only grows, rewritten when
 * most of it is done with. Those who note at the same time share one force.
 *
 * <p>Owns that file. Doesn't own what is done about its entries ({@link Indexing}).
 */
public final class Journal implements Ledger, AutoCloseable {
    private static final String NAME = "journal";
    private static final String NEXT = "journal.next";
    /** Lines that may be done with before the file is rewritten, beside as many as there live. */
    private static final int SLACK = 1024;

    private final Disk disk;
    private final Path folder;
    private final Path root;
    private final int most;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Object forcing = new Object();
    private Disk.Output out;
    private boolean broken;
    private long lastDone;
    private long lines;
    private long written;
    private long forced;

    /**
     * Opens the journal, with what a former process left in it.
     *
     * @param folder an existing directory of its own
     * @param root below which all files lie
     * @param most entries; {@link #hasRoom()} says no from there on
     */
    public Journal(Disk disk, Path folder, Path root, int most) throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.root = root;
        this.most = most;
        disk.delete(folder.resolve(NEXT));
        if (disk.size(folder.resolve(NAME)) >= 0) {
            load();
        }
        rewrite();
    }

    @Override
    public synchronized Path locate(String uid) {
        Entry entry = entries.get(uid);
        return entry == null ? null : entry.file;
    }

    @Override
    public synchronized boolean hasRoom() {
        return entries.size() < most;
    }

    @Override
    public void note(String uid, Path file) throws IOException {
        long mine;
        synchronized (this) {
            if (broken || lines > 2L * entries.size() + SLACK) {
                rewrite();
            }
            Entry former = entries.get(uid);
            boolean again = former != null && former.file.equals(file);
            long time = again ? former.noted : System.currentTimeMillis();
            Entry entry = new Entry(uid, file, time);
            entry.settled = again && former.settled;
            write(Record.NOTED, entry);
            entries.put(uid, entry);
            mine = written;
        }
        force(mine);
    }

    @Override
    public synchronized void settle(String uid) {
        Entry entry = entries.get(uid);
        if (entry != null) {
            entry.settled = true;
        }
    }

    @Override
    public synchronized void retract(String uid) {
        remove(entries.get(uid));
    }

    /** Takes an entry out that the index answers for. */
    synchronized void done(Entry entry) {
        remove(entry);
        lastDone = System.currentTimeMillis();
    }

    /** One that was noted anew since stays. Not forced: to be there twice does no harm. */
    private void remove(Entry entry) {
        if (entry == null || entries.get(entry.uid) != entry) {
            return;
        }
        entries.remove(entry.uid);
        try {
            if (!broken) {
                write(Record.DONE, entry);
            }
        } catch (IOException failed) {
            broken = true;
        }
    }

    /** The entries whose files lie there, oldest first. */
    synchronized List<Entry> settled() {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.settled) {
                found.add(entry);
            }
        }
        return found;
    }

    /** How many objects wait for the index. */
    public synchronized int length() {
        return entries.size();
    }

    /** How many milliseconds the oldest of them has waited; 0 where none waits. */
    public synchronized long age() {
        long now = System.currentTimeMillis();
        return entries.isEmpty() ? 0 : Math.max(0, now - entries.values().iterator().next().noted);
    }

    /** When the index last answered for an entry, in milliseconds of the epoch; 0 before. */
    public synchronized long lastDone() {
        return lastDone;
    }

    @Override
    public synchronized void close() throws IOException {
        broken = true;
        out.close();
    }

    private void load() throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(
                disk.read(folder.resolve(NAME)), StandardCharsets.US_ASCII));
        try (BufferedReader lines = reader) {
            String line;
            while ((line = lines.readLine()) != null) {
                Record record = line.isEmpty() ? null : Record.parse(line);
                if (record != null) {
                    replay(record);
                }
            }
        }
    }

    private void replay(Record record) {
        entries.remove(record.uid);
        if (record.sign == Record.NOTED) {
            Path file = root.resolve(record.file).normalize();
            Entry entry = new Entry(record.uid, file, record.time);
            entry.settled = true;
            entries.put(record.uid, entry);
        }
    }

    private void write(char sign, Entry entry) throws IOException {
        String file = root.relativize(entry.file).toString();
        try {
            out.write(new Record(sign, entry.noted, entry.uid, file).bytes());
        } catch (IOException failed) {
            broken = true;
            throw failed;
        }
        lines++;
        written++;
    }

    /** Puts a new file in the old one's place; also the cure where the old one failed. */
    private void rewrite() throws IOException {
        Path next = folder.resolve(NEXT);
        disk.delete(next);
        Disk.Output fresh = disk.create(next);
        try {
            for (Entry entry : entries.values()) {
                String file = root.relativize(entry.file).toString();
                fresh.write(new Record(Record.NOTED, entry.noted, entry.uid, file).bytes());
            }
            fresh.force();
            disk.rename(next, folder.resolve(NAME));
            disk.forceDirectory(folder);
        } catch (IOException | RuntimeException failed) {
            broken = true;
            fresh.close();
            throw failed;
        }
        if (out != null) {
            out.close();
        }
        out = fresh;
        broken = false;
        lines = entries.size();
        forced = written;
    }

    private void force(long mine) throws IOException {
        synchronized (forcing) {
            long upTo;
            Disk.Output target;
            synchronized (this) {
                if (broken) {
                    throw new IOException("the journal has failed");
                }
                if (forced >= mine) {
                    return;
                }
                upTo = written;
                target = out;
            }
            try {
                target.force();
            } catch (IOException failed) {
                afterForce(target, failed);
            }
            synchronized (this) {
                forced = Math.max(forced, upTo);
            }
        }
    }

    /** A file that was rewritten meanwhile holds all that the closed one did. */
    private synchronized void afterForce(Disk.Output target, IOException failed)
            throws IOException {
        if (target == out) {
            broken = true;
            throw failed;
        }
    }
}
