package imaging.dicoogle;

import imaging.metrics.Metrics;
import imaging.store.Incoming;
import imaging.store.Refusal;
import imaging.store.Settings;
import imaging.store.Store;
import imaging.store.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import org.dcm4che2.data.DicomObject;
import org.dcm4che2.io.DicomInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.ua.dicoogle.sdk.StorageInputStream;
import pt.ua.dicoogle.sdk.StorageInterface;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

/**
 * The storage plugin that Dicoogle sees. What can't be stored throws, and nothing is null: Dicoogle
 * answers Success where a storage returns null (research/dicoogle.md §4, S1). It can't be disabled
 * for the same reason. Log lines name no path, since paths name institutions and accessions.
 */
final class DurableStorage implements StorageInterface {
    private static final Logger LOG = LoggerFactory.getLogger(DurableStorage.class);
    private static final double NANOSECONDS = 1e9;

    private final Metrics metrics;
    private ConfigurationHolder holder;
    private volatile Settings settings;
    private volatile Store store;

    DurableStorage(Metrics metrics) {
        this.metrics = metrics;
    }

    void open(Settings where, Store opened) {
        settings = where;
        store = opened;
    }

    boolean isOpen() {
        return store != null;
    }

    @Override
    public String getName() {
        return DurableStoragePluginSet.NAME;
    }

    @Override
    public String getScheme() {
        return "file";
    }

    @Override
    public boolean handles(URI location) {
        return "file".equals(location.getScheme());
    }

    @Override
    public Iterable<StorageInputStream> at(URI location, Object... parameters) {
        if (!handles(location)) {
            return Collections.emptyList();
        }
        return new StoredFiles(settings, Paths.get(location).normalize());
    }

    @Override
    public URI store(DicomObject object, Object... parameters) {
        return store(new DicomIncoming(object));
    }

    @Override
    public URI store(DicomInputStream stream, Object... parameters) throws IOException {
        return store(stream.readDicomObject());
    }

    URI store(Incoming object) {
        long began = System.nanoTime();
        try {
            Stored stored = store.store(object);
            metrics.objectStored(stored.outcome, (System.nanoTime() - began) / NANOSECONDS);
            if (stored.outcome == Stored.Outcome.CONFLICT) {
                LOG.warn("Other content came under the UID of a stored object; it is kept aside");
            }
            return stored.file.toUri();
        } catch (Refusal refusal) {
            metrics.objectRefused(refusal.reason());
            LOG.warn("Refused an object ({}): {}{}",
                    refusal.reason().label(), refusal.getMessage(), kind(refusal.getCause()));
            // Dicoogle logs what it catches; a cause's message may hold a path.
            throw new Refusal(refusal.reason(), refusal.getMessage());
        } catch (RuntimeException | OutOfMemoryError unexpected) {
            metrics.objectRefused(Refusal.Reason.WRITE_FAILED);
            LOG.error("Failed to store an object: {}", unexpected.getClass().getName());
            throw unexpected;
        }
    }

    @Override
    public void remove(URI location) {
        Path file = Paths.get(location);
        try {
            store.remove(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("An object's file couldn't be removed.", failed);
        }
    }

    @Override
    public boolean enable() {
        return true;
    }

    @Override
    public boolean disable() {
        return false;
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public void setSettings(ConfigurationHolder given) {
        holder = given;
    }

    @Override
    public ConfigurationHolder getSettings() {
        return holder;
    }

    private static String kind(Throwable cause) {
        return cause == null ? "" : " [" + cause.getClass().getSimpleName() + "]";
    }
}
