package imaging.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.testing.Workplace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real processes with SIGKILL at random moments, again and again over one store, and looks
 * after each what became of every object that was ever acknowledged in it.
 *
 * <p>A kill leaves the page cache alone; what a power loss takes is {@code FaultTest}'s.
 */
class KillIT {
    private static final int LANES = 2;
    /** After so many kills a lane begins a new store, so that most objects are new to it. */
    private static final int KILLS_OF_A_STORE = 10;
    private static final int LONGEST_LIFE = 150;

    private final long seed = Long.getLong("kill.seed", System.nanoTime());
    private final int least = Integer.getInteger("kill.least", 1);
    private final long end = System.nanoTime()
            + TimeUnit.SECONDS.toNanos(Integer.getInteger("kill.seconds", 1));
    private final AtomicLong kills = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong recovered = new AtomicLong();

    @TempDir Path folder;

    @Test
    void everyAcknowledgedObjectIsThereAndWholeAndIndexedAfterAnyKill() throws Exception {
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        List<Callable<Set<String>>> work = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            int number = lane;
            work.add(() -> run(number));
        }
        Set<String> wrong = new HashSet<>();
        for (Future<Set<String>> lane : lanes.invokeAll(work)) {
            wrong.addAll(lane.get());
        }
        lanes.shutdown();
        System.out.printf(
                "kill test: %d kills, %d acknowledged, %d lost, %d unindexed, %d left behind;"
                        + " %d that a kill had kept from the index were indexed after the start"
                        + " (seed %d)%n",
                kills.get(), acknowledged.get(), count(wrong, "lost"), count(wrong, "unindexed"),
                count(wrong, "left"), recovered.get(), seed);
        assertEquals(Set.of(), wrong);
        assertTrue(acknowledged.get() > kills.get(), "too few were acknowledged to prove anything");
    }

    private static long count(Set<String> wrong, String what) {
        return wrong.stream().filter(sentence -> sentence.startsWith(what)).count();
    }

    private Set<String> run(int lane) throws Exception {
        Random random = new Random(seed + lane);
        Set<String> wrong = new HashSet<>();
        Set<Integer> known = new HashSet<>();
        Path home = null;
        for (int i = 0; kills.get() < least || System.nanoTime() < end; i++) {
            if (i % KILLS_OF_A_STORE == 0) {
                home = Files.createDirectories(folder.resolve(lane + "-" + i));
                Files.createDirectories(home.resolve("images"));
                known.clear();
            }
            known.addAll(killOnce(home, random));
            kills.incrementAndGet();
            look(home, known, wrong, lane + "-" + i);
        }
        return wrong;
    }

    /** Returns the numbers of the objects that the process acknowledged before it died. */
    private Set<Integer> killOnce(Path home, Random random) throws Exception {
        String java = Paths.get(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), Victim.class.getName(),
                home.toString(), Long.toString(random.nextLong()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int life = random.nextInt(LONGEST_LIFE);
        Set<Integer> heard = new HashSet<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                process.getInputStream(), StandardCharsets.US_ASCII))) {
            // Now and then it dies while it starts and cleans up; mostly amid its work.
            String line;
            if (random.nextInt(5) > 0) {
                do {
                    line = lines.readLine();
                    hear(line, heard);
                } while (heard.isEmpty());
            }
            Thread.sleep(life);
            // Unlike the process itself, its handle leaves the pipe open.
            process.toHandle().destroyForcibly();
            while ((line = lines.readLine()) != null) {
                hear(line, heard);
            }
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(128 + 9, process.exitValue(), "it died by itself");
        return heard;
    }

    /** A line that the kill cut off has no dot: then nobody heard the acknowledgement. */
    private void hear(String line, Set<Integer> heard) {
        assertTrue(line != null && !line.startsWith("failed"), line);
        if (line.endsWith(" .") && Character.isDigit(line.charAt(0))) {
            heard.add(Integer.parseInt(line.substring(0, line.indexOf(' '))));
            acknowledged.incrementAndGet();
        }
    }

    private void look(Path home, Set<Integer> known, Set<String> wrong, String at)
            throws IOException {
        LinesIndex index = new LinesIndex(home.resolve("index"));
        long before = known.stream().filter(number -> index.locate("2.25." + number) == null).count();
        recovered.addAndGet(before);
        Workplace place = new Workplace(home.resolve("images"), index).recover();
        for (int number : known) {
            Path file = index.locate("2.25." + number);
            if (file == null) {
                wrong.add("unindexed: " + number + " after kill " + at);
            } else if (!Victim.object(number).isIn(file)) {
                wrong.add("lost: " + number + " after kill " + at);
            }
        }
        for (Path file : place.examinations()) {
            int number = Integer.parseInt(file.getFileName().toString().split("\\.")[2]);
            if (!Victim.object(number).isIn(file)) {
                wrong.add("left: half of " + number + " after kill " + at);
            }
        }
        place.staged().forEach(file -> wrong.add("left: " + file.getFileName() + " " + at));
        if (place.journal.length() > 0) {
            wrong.add("unindexed: the journal still holds some after kill " + at);
        }
        place.journal.close();
        index.close();
    }
}
