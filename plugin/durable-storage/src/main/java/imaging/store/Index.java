package imaging.store;

import java.nio.file.Path;
import java.util.Collection;

/** What makes stored objects findable. */
public interface Index {
    /** Where the index says that the object of a UID lies; null where it has no answer. */
    Path locate(String uid);

    /** Indexes files, and returns when that is done or has failed. */
    void index(Collection<Path> files);
}
