package imaging.dicoogle;

import imaging.store.Settings;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Locale;
import org.apache.commons.configuration.XMLConfiguration;

/**
 * {@code Plugins/settings/durable-storage.xml}. Only read: Dicoogle's settings save themselves at
 * every change, which a read-only file answers with an exception (research/dicoogle.md §3).
 */
final class Options {
    private static final long GIBIBYTE = 1L << 30;

    final Settings store;
    final Path journal;
    final int journalEntries;
    final String index;
    /** Empty where the repository has none. */
    final String sentinel;
    final String host;
    final int port;

    private Options(XMLConfiguration file, Path root) {
        Settings.ConflictPolicy conflicts;
        String policy = file.getString("conflicts", "keep");
        try {
            conflicts = Settings.ConflictPolicy.valueOf(policy.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "Found conflicts '" + policy + "' in durable-storage.xml; allowed are keep and"
                            + " refuse.", unknown);
        }
        long leastFree = file.getLong("least-free-bytes", GIBIBYTE);
        store = new Settings(root, file.getBoolean("read-only", false), leastFree, conflicts);
        String folder = file.getString("journal.directory", "");
        journal = folder.isEmpty() ? store.own().resolve("journal") : Paths.get(folder);
        journalEntries = file.getInt("journal.most-entries", 100_000);
        index = file.getString("index", "lucene");
        sentinel = file.getString("sentinel", "");
        host = file.getString("metrics.host", "");
        port = file.getInt("metrics.port", 9092);
    }

    /** Reads the settings; says in a sentence what is wrong with them. */
    static Options read(XMLConfiguration file) {
        String root = file.getString("root-dir", "");
        if (root.isEmpty() || !Paths.get(root).isAbsolute()) {
            throw new IllegalArgumentException(
                    "Found root-dir '" + root + "' in durable-storage.xml; give the absolute path"
                            + " of the images.");
        }
        return new Options(file, Paths.get(root));
    }
}
