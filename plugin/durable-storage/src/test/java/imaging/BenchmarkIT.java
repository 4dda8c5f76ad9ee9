package imaging;

import imaging.store.RealDisk;
import imaging.testing.MemoryIndex;
import imaging.testing.SyntheticObject;
import imaging.testing.Workplace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What lasting costs, beside plain writes. Nothing is asserted. */
@EnabledIfSystemProperty(
        named = "benchmark",
        matches = ".+",
        disabledReason = "it only measures: mvn verify -Dbenchmark=FOLDER -Dit.test=BenchmarkIT")
class BenchmarkIT {
    private static final double NANOSECONDS = 1e9;
    private static final double MEGABYTE = 1e6;

    private interface Way {
        void store(SyntheticObject object, int number) throws IOException;
    }

    @Test
    void measures() throws Exception {
        System.out.printf("%-28s %10s %8s %10s %8s%n", "way", "bytes", "writers", "objects/s", "MB/s");
        for (int round = 0; round < 2; round++) {
            for (int size : new int[] {9_000, 525_000, 8_400_000}) {
                int count = Math.min(600, 200_000_000 / size);
                for (int writers : new int[] {1, 8}) {
                    Path folder = Files.createTempDirectory(
                            Paths.get(System.getProperty("benchmark")), "run");
                    row("plain", size, writers, count, plain(folder, false));
                    row("plain and forced", size, writers, count, plain(folder, true));
                    Workplace place = new Workplace(
                            Files.createDirectory(folder.resolve("images")), new MemoryIndex());
                    place.open(new RealDisk(), Integer.MAX_VALUE);
                    row("durable-storage", size, writers, count,
                            (object, number) -> place.store.store(object));
                }
            }
        }
    }

    private static Way plain(Path folder, boolean forced) {
        return (object, number) -> {
            Path file = folder.resolve(number + (forced ? ".forced" : ".plain"));
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(object.bytes()));
                if (forced) {
                    channel.force(true);
                }
            }
        };
    }

    private static void row(String name, int size, int writers, int count, Way way)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            SyntheticObject object = new SyntheticObject("2.25." + number).size(size);
            work.add(() -> {
                way.store(object, number);
                return null;
            });
        }
        long began = System.nanoTime();
        for (Future<Void> done : threads.invokeAll(work)) {
            done.get();
        }
        double seconds = (System.nanoTime() - began) / NANOSECONDS;
        threads.shutdown();
        System.out.printf("%-28s %10d %8d %10.1f %8.1f%n",
                name, size, writers, count / seconds, count / seconds * size / MEGABYTE);
    }
}
