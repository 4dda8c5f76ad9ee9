package imaging.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.store.RealDisk;
import imaging.testing.FaultyDisk;
import imaging.testing.MemoryIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir Path root;

    private Journal open() throws IOException {
        return new Journal(new RealDisk(), root, root, 100_000);
    }

    private Path file(String uid) throws IOException {
        return Files.write(root.resolve(uid + ".dcm"), new byte[] {1});
    }

    private void store(Journal journal, String uid) throws IOException {
        journal.note(uid, file(uid));
        journal.settle(uid);
    }

    @Nested
    class TheFile {
        @Test
        void isReadBackByTheNextProcess() throws IOException {
            Journal journal = open();
            Path odd = Files.write(root.resolve("a +%\nb é.dcm"), new byte[] {1});
            journal.note("1", odd);
            journal.settle("1");
            store(journal, "2");
            store(journal, "3");
            journal.retract("2");
            assertEquals(2, open().length());
            assertEquals(odd, open().locate("1"));
            assertNull(open().locate("2"));
        }

        @Test
        void cutOffAnywhereLosesTheLastNoteAtMost() throws IOException {
            Journal journal = open();
            store(journal, "1");
            store(journal, "2");
            byte[] before = Files.readAllBytes(root.resolve("journal"));
            store(journal, "3");
            byte[] all = Files.readAllBytes(root.resolve("journal"));
            for (int length = before.length; length < all.length; length++) {
                Files.write(root.resolve("journal"), Arrays.copyOf(all, length));
                Journal next = open();
                assertTrue(next.length() >= 2, "cut at " + length);
                store(next, "4");
                assertEquals(root.resolve("4.dcm"), open().locate("4"));
            }
        }

        @Test
        void staysSmallHoweverManyPassThroughIt() throws IOException {
            Journal journal = open();
            for (int i = 0; i < 5000; i++) {
                journal.note("1." + i, root.resolve("x.dcm"));
                journal.retract("1." + i);
            }
            assertTrue(Files.size(root.resolve("journal")) < 150_000);
        }

        @Test
        void thatCannotBeForcedIsReplaced() throws IOException {
            FaultyDisk disk = new FaultyDisk();
            Journal journal = new Journal(disk, root, root, 10);
            store(journal, "1");
            disk.failAt(2, 1);
            assertThrows(IOException.class, () -> journal.note("2", root.resolve("2.dcm")));
            journal.retract("2");
            store(journal, "3");
            assertEquals(2, open().length());
        }
    }

    @Nested
    class AnEntry {
        private final MemoryIndex index = new MemoryIndex();

        private int pass(Journal journal) {
            return new Indexing(journal, index, new RealDisk()).pass();
        }

        @Test
        void ofAFormerProcessIsIndexedAtOnce() throws IOException {
            store(open(), "1");
            assertEquals(0, pass(open()));
            assertEquals(root.resolve("1.dcm"), index.locate("1"));
            assertEquals(0, open().length());
        }

        @Test
        void staysUntilTheIndexAnswers() throws IOException {
            store(open(), "1");
            index.dead = true;
            Journal journal = open();
            assertEquals(1, pass(journal));
            assertEquals(1, open().length());
            index.dead = false;
            assertEquals(0, pass(open()));
        }

        @Test
        void leavesWhenDicoogleItselfHasIndexedIt() throws IOException {
            Journal journal = open();
            store(journal, "1");
            index.index(List.of(root.resolve("1.dcm")));
            assertEquals(0, pass(journal));
        }

        @Test
        void isLeftToDicooglesQueueFirst() throws IOException {
            Indexing indexing;
            Journal journal = open();
            indexing = new Indexing(journal, index, new RealDisk());
            store(journal, "1");
            assertEquals(1, indexing.pass());
            assertNull(index.locate("1"));
        }

        @Test
        void ofAnObjectThatIsBeingStoredIsLeftAlone() throws IOException {
            Journal journal = open();
            journal.note("1", root.resolve("1.dcm"));
            assertEquals(1, pass(journal));
        }

        @Test
        void whoseFileIsGoneLeaves() throws IOException {
            store(open(), "1");
            Files.delete(root.resolve("1.dcm"));
            assertEquals(0, pass(open()));
        }
    }
}
