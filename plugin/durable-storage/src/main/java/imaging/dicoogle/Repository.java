package imaging.dicoogle;

import imaging.health.Health;
import imaging.health.Sentinel;
import imaging.journal.Indexing;
import imaging.journal.Journal;
import imaging.metrics.Metrics;
import imaging.metrics.WebMeasurement;
import imaging.store.Disk;
import imaging.store.Ledger;
import imaging.store.RealDisk;
import imaging.store.Settings;
import imaging.store.Store;
import imaging.web.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.ua.dicoogle.sdk.core.DicooglePlatformInterface;

/** Puts the parts together, and owns when they begin and end. Decides nothing itself. */
final class Repository implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);
    /** Seconds between two looks at the journal. */
    private static final int PACE = 5;

    private final Disk disk = new RealDisk();
    private final Metrics metrics = new Metrics();
    private final DurableStorage storage = new DurableStorage(metrics);
    private final WebMeasurement web = new WebMeasurement(metrics);
    private final MeasurementPlugin measurement = new MeasurementPlugin(web);
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "imaging-journal");
                thread.setDaemon(true);
                return thread;
            });
    private DicoogleIndex index;
    private Journal journal;
    private WriterLock lock;
    private Door door;

    DurableStorage storage() {
        return storage;
    }

    MeasurementPlugin measurement() {
        return measurement;
    }

    void open(Options options) throws IOException {
        Settings settings = options.store;
        index = new DicoogleIndex(options.index);
        Ledger ledger = NoLedger.INSTANCE;
        if (!settings.readOnly) {
            disk.makeDirectory(settings.own());
            disk.makeDirectory(options.journal);
            lock = new WriterLock(settings.own().resolve("lock"));
            journal = new Journal(disk, options.journal, settings.root, options.journalEntries);
            ledger = journal;
        }
        storage.open(settings, new Store(settings, disk, ledger, index));
        show(settings);
        door = new Door(options.host, options.port, metrics, live(), ready(options));
    }

    void begin(DicooglePlatformInterface platform) {
        index.setPlatform(platform);
        Indexing indexing = journal == null ? null : new Indexing(journal, index, disk);
        worker.scheduleWithFixedDelay(() -> {
            try {
                web.measureAll();
                if (indexing != null) {
                    indexing.pass();
                }
            } catch (RuntimeException failed) {
                LOG.error("A look at the journal failed: {}", failed.getClass().getName());
            }
        }, 0, PACE, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        worker.shutdownNow();
        if (door != null) {
            door.close();
        }
        try {
            if (journal != null) {
                journal.close();
                lock.close();
            }
        } catch (IOException failed) {
            LOG.warn("The journal didn't close: {}", failed.getClass().getName());
        }
    }

    private void show(Settings settings) {
        metrics.show("free_bytes", "Free on the volume of the images", () -> free(settings.root));
        metrics.show("associations", "DICOM associations of the storage service",
                Associations::count);
        if (journal != null) {
            metrics.show("journal_entries", "Stored objects that wait for the index",
                    journal::length);
            metrics.show("journal_oldest_seconds", "How long the oldest of them has waited",
                    () -> journal.age() / 1000.0);
            metrics.show("index_newest_timestamp_seconds",
                    "When the index last answered for a new object; 0 before the first",
                    () -> journal.lastDone() / 1000.0);
        }
        metrics.show("index_documents", "Objects in the index; NaN where it doesn't answer",
                new IndexFigures(index)::documents);
    }

    private Health live() {
        return new Health().ask("worker", () -> worker.isShutdown() ? "it has ended" : null);
    }

    private Health ready(Options options) {
        Settings settings = options.store;
        Health health = new Health()
                .ask("storage", () -> Files.isReadable(settings.root)
                        ? null : "the images can't be read")
                .ask("query", () -> index.isQuerying()
                        ? null : "the query plugin " + options.index + " doesn't answer");
        if (!settings.readOnly) {
            health.ask("space", () -> free(settings.root) >= settings.leastFree
                            ? null : "less than " + settings.leastFree + " bytes are free")
                    .ask("journal", () -> journal.hasRoom()
                            ? null : "too many objects wait for the index")
                    .ask("index", () -> index.isIndexing()
                            ? null : "the index plugin " + options.index + " is dead or off");
        }
        if (!options.sentinel.isEmpty()) {
            health.ask("sentinel", new Sentinel(options.sentinel, index, disk)::complaint);
        }
        return health;
    }

    private double free(Path root) {
        try {
            return disk.freeBytes(root);
        } catch (IOException failed) {
            return Double.NaN;
        }
    }
}
