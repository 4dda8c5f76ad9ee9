package imaging.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.testing.FaultyDisk;
import imaging.testing.MemoryIndex;
import imaging.testing.SyntheticObject;
import imaging.testing.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every step of every way to store, failing or being the last. */
class FaultTest {
    private static final String OLD = "2.25.1";
    private static final String UID = "2.25.2";

    @TempDir Path folder;

    /** A way to store, over a store that holds {@link #OLD} and maybe more. */
    private enum Way {
        NEW, DUPLICATE, REPAIR, CONFLICT, NEW_EXAMINATION;

        void prepare(Workplace place) throws IOException {
            place.store.store(new SyntheticObject(OLD));
            if (this == DUPLICATE) {
                place.store.store(object());
            } else if (this == CONFLICT) {
                place.store.store(object().version(2));
            } else if (this == REPAIR) {
                Path file = place.store.store(object()).file;
                Files.write(file, Arrays.copyOf(object().bytes(), 700));
            }
        }

        SyntheticObject object() {
            SyntheticObject object = new SyntheticObject(UID).size(100_000);
            return this == NEW_EXAMINATION
                    ? object.with(Incoming.Attribute.INSTITUTION_NAME, "Evora") : object;
        }
    }

    private Workplace prepared(Way way) throws IOException {
        Workplace place = new Workplace(
                Files.createTempDirectory(folder, way.name()), new MemoryIndex());
        way.prepare(place);
        place.journal.close();
        return place;
    }

    private int steps(Way way) throws IOException {
        Workplace place = prepared(way);
        FaultyDisk disk = new FaultyDisk();
        place.open(disk);
        int before = disk.steps();
        place.store.store(way.object());
        return disk.steps() - before;
    }

    @TestFactory
    Stream<DynamicTest> aFailingStepIsHeardAndLeavesNothingHalfDone() {
        return Stream.of(Way.values()).map(way -> DynamicTest.dynamicTest(way.name(), () -> {
            int steps = steps(way);
            assertTrue(steps >= 3, () -> "only " + steps);
            for (int step = 1; step <= steps; step++) {
                for (int times : new int[] {1, 1000}) {
                    failAt(way, step, times);
                }
            }
        }));
    }

    private void failAt(Way way, int step, int times) throws IOException {
        String at = way + " failing at step " + step + " " + times + " times";
        Workplace place = prepared(way);
        FaultyDisk disk = new FaultyDisk();
        place.open(disk);
        disk.failAt(step, times);
        assertThrows(Refusal.class, () -> place.store.store(way.object()), at);
        place.recover();
        assertEquals(List.of(), place.staged(), at);
        holds(place, way, at);
        place.store.store(way.object());
        stored(place, way, at);
    }

    @TestFactory
    Stream<DynamicTest> aStopAtAnyStepLosesNothingThatWasAcknowledged() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(false, true).map(power ->
                DynamicTest.dynamicTest(way + (power ? " without power" : " killed"), () -> {
                    int steps = steps(way);
                    for (int step = 1; step <= steps + 1; step++) {
                        stopAt(way, step, power, step > steps);
                    }
                })));
    }

    private void stopAt(Way way, int step, boolean power, boolean isLast) throws IOException {
        String at = way + " stopping at step " + step + (power ? " without power" : "");
        Workplace place = prepared(way);
        FaultyDisk disk = new FaultyDisk();
        place.open(disk);
        disk.stopAt(step);
        boolean acknowledged = false;
        try {
            place.store.store(way.object());
            acknowledged = true;
        } catch (FaultyDisk.Stopped stopped) {
            // Nobody heard anything.
        }
        assertEquals(isLast, acknowledged, at);
        if (power) {
            disk.losePower();
            disk.loseContent(place.settings.root);
        }
        place.recover();
        assertEquals(List.of(), place.staged(), at);
        holds(place, way, at);
        if (acknowledged) {
            stored(place, way, at);
        }
        place.store.store(way.object());
        place.recover();
        stored(place, way, at);
    }

    /** As one that file-storage wrote: whole, but only in memory. */
    @Test
    void anObjectThatNobodyForcedLastsOnceItIsAcknowledgedAgain() throws IOException {
        Workplace place = new Workplace(folder, new MemoryIndex());
        Path file = place.store.store(Way.NEW.object()).file;
        Files.delete(file);
        FaultyDisk disk = new FaultyDisk();
        try (Disk.Output out = disk.create(file)) {
            Way.NEW.object().writeTo(out);
        }
        place.open(disk).store.store(Way.NEW.object());
        disk.losePower();
        disk.loseContent(folder);
        assertTrue(Way.NEW.object().isIn(file));
    }

    /** What was there before is there, whole and indexed. */
    private static void holds(Workplace place, Way way, String at) throws IOException {
        assertTrue(new SyntheticObject(OLD).isIn(place.index.locate(OLD)), at);
        for (Path file : place.examinations()) {
            byte[] found = Files.readAllBytes(file);
            boolean whole = new SyntheticObject(OLD).isIn(file)
                    || way.object().isIn(file)
                    || way == Way.CONFLICT && way.object().version(2).isIn(file)
                    || way == Way.REPAIR && found.length == 700;
            assertTrue(whole, at + ": found " + found.length + " bytes");
        }
    }

    private static void stored(Workplace place, Way way, String at) throws IOException {
        place.recover();
        if (way == Way.CONFLICT) {
            assertEquals(1, place.conflicts().size(), at);
            assertTrue(way.object().isIn(place.conflicts().get(0)), at);
            assertTrue(way.object().version(2).isIn(place.index.locate(UID)), at);
        } else {
            assertTrue(way.object().isIn(place.index.locate(UID)), at);
        }
        assertEquals(0, place.journal.length(), at);
    }
}
