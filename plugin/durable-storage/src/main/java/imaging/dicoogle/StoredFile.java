package imaging.dicoogle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import pt.ua.dicoogle.sdk.StorageInputStream;

/** A stored file as Dicoogle reads it; {@code .gz} unpacked, as file-storage does. */
final class StoredFile implements StorageInputStream {
    private final Path file;

    StoredFile(Path file) {
        this.file = file;
    }

    @Override
    public URI getURI() {
        return file.toUri();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz")
                ? new GZIPInputStream(in)
                : new BufferedInputStream(in);
    }

    @Override
    public long getSize() throws IOException {
        return Files.size(file);
    }
}
