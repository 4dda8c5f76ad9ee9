package imaging.dicoogle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.store.Refusal;
import imaging.testing.SyntheticObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import net.xeoh.plugins.base.annotations.PluginImplementation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pt.ua.dicoogle.sdk.StorageInputStream;
import pt.ua.dicoogle.sdk.settings.ConfigurationHolder;

/** The plugin as Dicoogle drives it: settings, platform, objects, shutdown. */
class PluginTest {
    private static final String SENTINEL = "2.25.99";

    @TempDir Path folder;
    private final FakePlatform platform = new FakePlatform();
    private final List<DurableStoragePluginSet> opened = new ArrayList<>();
    private Path images;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        images = Files.createDirectories(folder.resolve("images"));
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void shutdown() {
        opened.forEach(DurableStoragePluginSet::shutdown);
    }

    private DurableStoragePluginSet open(String more) throws Exception {
        Path file = folder.resolve("durable-storage.xml");
        String xml = "<configuration><root-dir>" + images + "</root-dir><sentinel>" + SENTINEL
                + "</sentinel><least-free-bytes>0</least-free-bytes><metrics><host>127.0.0.1</host>"
                + "<port>" + port + "</port></metrics>" + more + "</configuration>";
        Files.deleteIfExists(file);
        Files.write(file, xml.getBytes(StandardCharsets.UTF_8));
        assertTrue(file.toFile().setWritable(false));
        DurableStoragePluginSet set = new DurableStoragePluginSet();
        opened.add(set);
        ConfigurationHolder holder = new ConfigurationHolder(file.toFile());
        set.getStoragePlugins().iterator().next().setSettings(holder);
        set.getJettyPlugins().iterator().next().setSettings(holder);
        set.setSettings(holder);
        return set;
    }

    private static DurableStorage storage(DurableStoragePluginSet set) {
        return (DurableStorage) set.getStoragePlugins().iterator().next();
    }

    private String get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                new URL("http://127.0.0.1:" + port + path).openConnection();
        int status = connection.getResponseCode();
        try (InputStream body = status < 400
                ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<URI> at(DurableStoragePluginSet set, URI location) {
        List<URI> found = new ArrayList<>();
        for (StorageInputStream stream : storage(set).at(location)) {
            found.add(stream.getURI());
        }
        return found;
    }

    @Test
    void isFoundByItsAnnotationAndHasANameOfItsOwn() throws Exception {
        assertTrue(DurableStoragePluginSet.class.isAnnotationPresent(PluginImplementation.class));
        assertEquals("durable-storage", open("").getName());
    }

    @Test
    void servesWhatItStores() throws Exception {
        DurableStoragePluginSet set = open("");
        SyntheticObject object = new SyntheticObject("2.25.1");
        URI uri = storage(set).store(object);
        assertTrue(object.isIn(Paths.get(uri)));
        assertEquals(List.of(uri), at(set, uri));
        assertEquals(List.of(uri), at(set, images.toUri()));
        storage(set).remove(uri);
        assertEquals(List.of(), at(set, images.toUri()));
    }

    @Test
    void servesNothingBesideTheImages() throws Exception {
        DurableStoragePluginSet set = open("");
        Path secret = Files.write(folder.resolve("secret.dcm"), new byte[] {1});
        assertEquals(List.of(), at(set, secret.toUri()));
        assertEquals(List.of(), at(set, URI.create(images.toUri() + "../secret.dcm")));
        assertEquals(List.of(), at(set, images.resolve(".store").toUri()));
        assertThrows(Refusal.class, () -> storage(set).remove(secret.toUri()));
        assertTrue(Files.exists(secret));
    }

    @Test
    void throwsWhatItRefusesWithoutItsCause() throws Exception {
        DurableStoragePluginSet set = open("");
        Refusal refusal = assertThrows(Refusal.class,
                () -> storage(set).store(new SyntheticObject("x")));
        assertNull(refusal.getCause());
        assertTrue(get("/metrics").contains("objects_refused_total{reason=\"bad_uid\"} 1.0"));
    }

    @Test
    void cannotBeSwitchedOff() throws Exception {
        DurableStorage storage = storage(open(""));
        assertTrue(!storage.disable() && storage.isEnabled());
    }

    @Test
    void isReadyOnceIndexAndQueryAnswerAndTheSentinelIsServed() throws Exception {
        DurableStoragePluginSet set = open("");
        assertTrue(get("/health/ready").startsWith("503"), "no platform yet");
        assertTrue(get("/health/live").startsWith("200"));
        set.setPlatformProxy(platform);
        assertTrue(get("/health/ready").contains("sentinel: the index doesn't know"));
        Path sentinel = Paths.get(storage(set).store(new SyntheticObject(SENTINEL)));
        platform.index(sentinel);
        assertEquals("200 well\n", get("/health/ready"));
        Files.write(sentinel, new byte[200]);
        assertTrue(get("/health/ready").contains("sentinel: the sentinel's file is no DICOM"));
        platform.indexing = false;
        assertTrue(get("/health/ready").contains("index: the index plugin lucene is dead"));
        platform.querying = false;
        assertTrue(get("/health/ready").contains("query: the query plugin lucene"));
    }

    @Test
    void indexesAfterAStartWhatTheFormerProcessCouldNot() throws Exception {
        DurableStoragePluginSet former = open("");
        URI uri = storage(former).store(new SyntheticObject("2.25.1"));
        assertTrue(get("/metrics").contains("imaging_dicoogle_journal_entries 1.0"));
        former.shutdown();
        DurableStoragePluginSet next = open("");
        next.setPlatformProxy(platform);
        for (int i = 0; i < 400 && !get("/metrics").contains("journal_entries 0.0"); i++) {
            Thread.sleep(25);
        }
        assertEquals(uri, platform.places.get("2.25.1"));
        assertTrue(get("/metrics").contains("imaging_dicoogle_journal_entries 0.0"));
    }

    @Test
    void letsNoSecondWriterIn() throws Exception {
        open("");
        assertThrows(RuntimeException.class, () -> open(""));
    }

    @Test
    void readsAlongsideAWriterButStoresNothing() throws Exception {
        DurableStoragePluginSet writer = open("");
        URI uri = storage(writer).store(new SyntheticObject("2.25.1"));
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        DurableStoragePluginSet reader = open("<read-only>true</read-only>");
        reader.setPlatformProxy(platform);
        platform.indexing = false;
        platform.index(Paths.get(uri));
        platform.places.put(SENTINEL, uri);
        assertEquals(List.of(uri), at(reader, uri));
        assertThrows(Refusal.class, () -> storage(reader).store(new SyntheticObject("2.25.2")));
        assertEquals("200 well\n", get("/health/ready"));
    }

    @Test
    void saysWhatIsWrongWithItsSettings() {
        String wrong = "<conflicts>overwrite</conflicts>";
        RuntimeException said = assertThrows(RuntimeException.class, () -> open(wrong));
        assertTrue(said.getMessage().contains("allowed are keep and refuse"));
        images = Paths.get("relative");
        said = assertThrows(RuntimeException.class, () -> open(""));
        assertTrue(said.getMessage().contains("give the absolute path"));
    }
}
