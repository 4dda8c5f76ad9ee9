package imaging.testing;

import imaging.journal.Indexing;
import imaging.journal.Journal;
import imaging.store.Disk;
import imaging.store.Index;
import imaging.store.RealDisk;
import imaging.store.Settings;
import imaging.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A store with its journal over one folder, to be opened again after each mishap. */
public final class Workplace {
    public final Settings settings;
    public final Index index;
    public Journal journal;
    public Store store;

    public Workplace(Path root, Index index) throws IOException {
        this(new Settings(root, false, 0, Settings.ConflictPolicy.KEEP), index);
    }

    public Workplace(Settings settings, Index index) throws IOException {
        this.settings = settings;
        this.index = index;
        open(new RealDisk());
    }

    public Workplace open(Disk disk) throws IOException {
        return open(disk, 1000);
    }

    public Workplace open(Disk disk, int most) throws IOException {
        Path folder = settings.own().resolve("journal");
        disk.makeDirectory(settings.own());
        disk.makeDirectory(folder);
        disk.forceDirectory(settings.own());
        disk.forceDirectory(settings.root);
        journal = new Journal(disk, folder, settings.root, most);
        store = new Store(settings, disk, journal, index);
        return this;
    }

    /** Opens again, as the next process does, and indexes what the journal holds. */
    public Workplace recover() throws IOException {
        open(new RealDisk());
        new Indexing(journal, index, new RealDisk()).pass();
        return this;
    }

    public List<Path> staged() throws IOException {
        return files(settings.staging());
    }

    /** All files of examinations. */
    public List<Path> examinations() throws IOException {
        return files(settings.root).stream().filter(settings::holds).collect(Collectors.toList());
    }

    public List<Path> conflicts() throws IOException {
        return Files.isDirectory(settings.conflictFolder())
                ? files(settings.conflictFolder()) : List.of();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }
}
