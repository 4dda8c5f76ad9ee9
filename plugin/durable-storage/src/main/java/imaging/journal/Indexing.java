package imaging.journal;

import imaging.store.Disk;
import imaging.store.Index;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the index answers for every object of the journal, and then takes it out.
 *
 * <p>Dicoogle itself queues each stored object for its index, in memory alone: a kill loses the
 * queue, and a failed commit is never tried again (research/dicoogle.md §4). What a former process
 * left is indexed at once, what this one stored only where the queue hasn't come to it.
 */
public final class Indexing {
    private static final Logger LOG = LoggerFactory.getLogger(Indexing.class);
    private static final int BATCH = 500;
    /** What Dicoogle's own queue gets, in milliseconds. */
    private static final long PATIENCE = 15_000;

    private static final long LONGEST_PAUSE = 600_000;

    private final Journal journal;
    private final Index index;
    private final Disk disk;
    private final long started = System.currentTimeMillis();

    public Indexing(Journal journal, Index index, Disk disk) {
        this.journal = journal;
        this.index = index;
        this.disk = disk;
    }

    /**
     * Makes one pass over all entries that are due.
     *
     * @return how many objects wait after it
     */
    public int pass() {
        List<Entry> lacking = new ArrayList<>();
        for (Entry entry : journal.settled()) {
            if (!isAnswered(entry) && isDue(entry)) {
                lacking.add(entry);
            }
            if (lacking.size() == BATCH) {
                index(lacking);
                lacking.clear();
            }
        }
        if (!lacking.isEmpty()) {
            index(lacking);
        }
        return journal.length();
    }

    private boolean isAnswered(Entry entry) {
        // A file that isn't there was removed, or its process never came to the rename.
        boolean answered = disk.size(entry.file) < 0
                || entry.file.equals(index.locate(entry.uid));
        if (answered) {
            journal.done(entry);
        }
        return answered;
    }

    private boolean isDue(Entry entry) {
        long now = System.currentTimeMillis();
        boolean waits = entry.noted >= started && now < entry.noted + PATIENCE;
        return !waits && now >= entry.due;
    }

    private void index(List<Entry> lacking) {
        List<Path> files = new ArrayList<>();
        for (Entry entry : lacking) {
            files.add(entry.file);
        }
        LOG.info("Indexing {} stored objects that the index lacks", files.size());
        index.index(files);
        int missing = 0;
        for (Entry entry : lacking) {
            if (!isAnswered(entry)) {
                entry.attempts++;
                long pause = PATIENCE << Math.min(entry.attempts, 6);
                entry.due = System.currentTimeMillis() + Math.min(pause, LONGEST_PAUSE);
                missing++;
            }
        }
        if (missing > 0) {
            LOG.warn("{} stored objects can't be found yet; they stay in the journal", missing);
        }
    }
}
