package imaging.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What the store and the journal ask of a file system; every call that changes something is one
 * step at which a machine may stop. Owns no order of steps.
 */
public interface Disk {
    /** A file that is being written. Its content lasts only once {@link #force()} returned. */
    abstract class Output extends OutputStream {
        public abstract void force() throws IOException;
    }

    /** Makes a new file; fails where one is. */
    Output create(Path file) throws IOException;

    InputStream read(Path file) throws IOException;

    /** Its size in bytes; -1 where no regular file is. */
    long size(Path file);

    boolean isDirectory(Path directory);

    /** Makes one directory below an existing one; one that is there is no failure. */
    void makeDirectory(Path directory) throws IOException;

    /** Atomic; takes the place of a file that is there. */
    void rename(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /** Makes the content of an existing file last. */
    void forceFile(Path file) throws IOException;

    /** Makes the names in a directory last. */
    void forceDirectory(Path directory) throws IOException;

    List<Path> list(Path directory) throws IOException;

    /** Free bytes for this process's user. CephFS answers with what a quota leaves. */
    long freeBytes(Path directory) throws IOException;
}
