package imaging.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.store.Incoming.Attribute;
import imaging.testing.FaultyDisk;
import imaging.testing.MemoryIndex;
import imaging.testing.SyntheticObject;
import imaging.testing.Workplace;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
    private static final String UID = "2.25.7";

    @TempDir Path root;
    private final MemoryIndex index = new MemoryIndex();
    private Workplace place;

    @BeforeEach
    void open() throws IOException {
        place = new Workplace(root, index);
    }

    private static SyntheticObject object() {
        return new SyntheticObject(UID);
    }

    private Refusal.Reason refused(Incoming object) throws IOException {
        List<Path> before = place.examinations();
        Refusal refusal = assertThrows(Refusal.class, () -> place.store.store(object));
        assertEquals(before, place.examinations());
        assertEquals(List.of(), place.staged());
        assertEquals(0, place.journal.length());
        return refusal.reason();
    }

    @Nested
    class Success {
        @Test
        void meansThatTheWholeObjectLiesThere() throws IOException {
            Stored stored = place.store.store(object());
            assertEquals(Stored.Outcome.WRITTEN, stored.outcome);
            assertTrue(object().isIn(stored.file));
            assertEquals(stored.file, place.journal.locate(UID));
        }

        @Test
        void ofTheSameContentWritesNothing() throws IOException {
            Path file = place.store.store(object()).file;
            Object before = Files.getAttribute(file, "unix:ino");
            Stored again = place.store.store(object().from("MODALITY2"));
            assertEquals(Stored.Outcome.DUPLICATE, again.outcome);
            assertEquals(before, Files.getAttribute(file, "unix:ino"));
            assertTrue(object().isIn(file));
        }

        @Test
        void ofOtherContentKeepsBoth() throws IOException {
            Path file = place.store.store(object()).file;
            Stored other = place.store.store(object().version(2));
            assertEquals(Stored.Outcome.CONFLICT, other.outcome);
            assertEquals(file, other.file);
            assertTrue(object().isIn(file));
            assertTrue(object().version(2).isIn(place.conflicts().get(0)));
            place.store.store(object().version(2));
            assertEquals(1, place.conflicts().size());
        }

        @Test
        void findsTheObjectUnderACorrectedDate() throws IOException {
            Path file = place.store.store(object()).file;
            index.index(List.of(file));
            place.recover();
            assertEquals(0, place.journal.length());
            Stored corrected = place.store.store(object().with(Attribute.STUDY_DATE, "20250101"));
            assertEquals(Stored.Outcome.CONFLICT, corrected.outcome);
            assertEquals(List.of(file), place.examinations());
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 131, 132, 150, 400, 1500})
        void repairsWhatAnInterruptedWriteLeft(int length) throws IOException {
            Path file = place.store.store(object()).file;
            Files.write(file, Arrays.copyOf(object().bytes(), length));
            Stored again = place.store.store(object());
            assertEquals(Stored.Outcome.REPAIRED, again.outcome);
            assertTrue(object().isIn(file));
        }

        @Test
        void neverOpensAnOlderObjectForWriting() throws IOException {
            Path file = place.store.store(object()).file;
            Files.setPosixFilePermissions(file, Set.of(
                    PosixFilePermission.OWNER_READ));
            place.store.store(object());
            place.store.store(object().version(2));
            assertTrue(object().isIn(file));
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @NullSource
        @ValueSource(strings = {"", " ", "1..2", ".1", "1.", "../1", "1.2\0", "1.2\n3", "a.b"})
        void isAnObjectWithoutAValidUid(String uid) throws IOException {
            assertEquals(Refusal.Reason.BAD_UID, refused(object()
                    .with(Attribute.SOP_INSTANCE_UID, uid)));
        }

        @Test
        void isAUidOf64Kilobytes() throws IOException {
            assertEquals(Refusal.Reason.BAD_UID, refused(object()
                    .with(Attribute.SOP_INSTANCE_UID, "1".repeat(65536))));
        }

        @ParameterizedTest
        @NullSource
        @ValueSource(strings = {"", "LittleEndian", "1.2.840\0x"})
        void isAnObjectWithoutAValidTransferSyntax(String syntax) throws IOException {
            assertEquals(Refusal.Reason.BAD_META_INFORMATION,
                    refused(object().transferSyntax(syntax)));
        }

        @Test
        void isAnObjectOfTwoUids() throws IOException {
            assertEquals(Refusal.Reason.BAD_META_INFORMATION,
                    refused(object().metaInstance("2.25.8")));
        }

        @Test
        void isAStoredObjectUnderTheUidOfAnother() throws IOException {
            place.store.store(object());
            Refusal refusal = assertThrows(Refusal.class,
                    () -> place.store.store(object().metaInstance("2.25.8")));
            assertEquals(Refusal.Reason.BAD_META_INFORMATION, refusal.reason());
        }

        @ParameterizedTest
        @NullSource
        @ValueSource(strings = {"", " "})
        void isAnObjectThatTheIndexCannotTake(String modality) throws IOException {
            assertEquals(Refusal.Reason.NO_MODALITY,
                    refused(object().with(Attribute.MODALITY, modality)));
        }

        @Test
        void isAStreamThatBreaksOff() throws IOException {
            assertEquals(Refusal.Reason.WRITE_FAILED, refused(broken(1000, new EOFException())));
            assertEquals(Refusal.Reason.WRITE_FAILED, refused(broken(50, new EOFException())));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 100, 132, 140})
        void isWhatIsNoObject(int length) throws IOException {
            assertEquals(Refusal.Reason.BAD_META_INFORMATION, refused(broken(length, null)));
        }

        @Test
        void isEverythingOnAFullVolume() throws IOException {
            Settings settings = new Settings(root, false, 1000, Settings.ConflictPolicy.KEEP);
            place = new Workplace(settings, index);
            place.open(new FaultyDisk().free(999));
            assertEquals(Refusal.Reason.NO_SPACE, refused(object()));
        }

        @Test
        void isEverythingWhileTheJournalIsFull() throws IOException {
            place.open(new RealDisk(), 0);
            assertEquals(Refusal.Reason.JOURNAL_FULL, refused(object()));
        }

        @Test
        void isOtherContentWherePolicySaysSo() throws IOException {
            Settings settings = new Settings(root, false, 0, Settings.ConflictPolicy.REFUSE);
            place = new Workplace(settings, index);
            Path file = place.store.store(object()).file;
            index.index(List.of(file));
            place.recover();
            assertEquals(Refusal.Reason.CONFLICT, refused(object().version(2)));
            assertTrue(object().isIn(file));
        }

        @Test
        void isEverythingByAReader() throws IOException {
            Settings settings = new Settings(root, true, 0, Settings.ConflictPolicy.KEEP);
            Path file = place.store.store(object()).file;
            Store reader = new Store(settings, new RealDisk(), place.journal, index);
            assertEquals(Refusal.Reason.READ_ONLY,
                    assertThrows(Refusal.class, () -> reader.store(object())).reason());
            assertThrows(Refusal.class, () -> reader.remove(file));
            assertTrue(object().isIn(file));
        }

        @Test
        void isARemovalElsewhere() throws IOException {
            Path elsewhere = Files.createTempFile("elsewhere", ".dcm");
            assertThrows(Refusal.class, () -> place.store.remove(elsewhere));
            assertThrows(Refusal.class,
                    () -> place.store.remove(root.resolve("../" + elsewhere.getFileName())));
            assertTrue(Files.deleteIfExists(elsewhere));
        }

        @Test
        void saysNothingAboutTheObject() {
            Refusal refusal = assertThrows(Refusal.class, () -> place.store.store(
                    new SyntheticObject("SECRET").with(Attribute.ACCESSION_NUMBER, "SECRET")));
            assertTrue(!refusal.getMessage().contains("SECRET"));
        }

        private Incoming broken(int length, IOException end) {
            return new Incoming() {
                @Override
                public String attribute(Attribute attribute) {
                    return object().attribute(attribute);
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    out.write(object().bytes(), 0, length);
                    if (end != null) {
                        throw end;
                    }
                }
            };
        }
    }

    @Nested
    class FiftyWriters {
        private static final int WRITERS = 50;

        @Test
        void storeEachObjectOnceAndWhole() throws Exception {
            Set<String> outcomes = ConcurrentHashMap.newKeySet();
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            List<Callable<Void>> work = IntStream.range(0, WRITERS)
                    .mapToObj(writer -> (Callable<Void>) () -> {
                        for (int i = 0; i < 20; i++) {
                            // Each object comes from five writers.
                            String uid = "2.25." + (writer % 10 * 100 + i);
                            outcomes.add(uid + place.store.store(
                                    new SyntheticObject(uid).from("AE" + writer)).outcome);
                        }
                        return null;
                    }).collect(Collectors.toList());
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            threads.shutdown();
            assertEquals(200, place.examinations().size());
            assertEquals(200, outcomes.stream().filter(o -> o.endsWith("WRITTEN")).count());
            assertEquals(200, place.journal.length());
            assertEquals(List.of(), place.conflicts());
            assertEquals(List.of(), place.staged());
        }
    }
}
