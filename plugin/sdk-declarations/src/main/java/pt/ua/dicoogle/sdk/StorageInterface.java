package pt.ua.dicoogle.sdk;

import java.io.IOException;
import java.net.URI;
import org.dcm4che2.data.DicomObject;
import org.dcm4che2.io.DicomInputStream;

public interface StorageInterface extends DicooglePlugin {
    String getScheme();

    boolean handles(URI location);

    Iterable<StorageInputStream> at(URI location, Object... parameters);

    URI store(DicomObject object, Object... parameters);

    URI store(DicomInputStream stream, Object... parameters) throws IOException;

    void remove(URI location);
}
