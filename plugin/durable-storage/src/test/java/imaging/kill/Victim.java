package imaging.kill;

import imaging.journal.Indexing;
import imaging.store.Incoming;
import imaging.store.RealDisk;
import imaging.store.Stored;
import imaging.testing.SyntheticObject;
import imaging.testing.Workplace;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process that stores objects until it is killed, and says each that is acknowledged. It indexes
 * as Dicoogle does: later, one by one, from a queue in memory. Some objects are sent twice.
 */
public final class Victim {
    static final int OBJECTS = 400;
    private static final int WRITERS = 3;

    private Victim() {}

    static SyntheticObject object(int number) {
        return new SyntheticObject("2.25." + number).size(number % 5 * 20_000 + 500)
                .with(Incoming.Attribute.ACCESSION_NUMBER, "ACC" + number % 7);
    }

    /** Takes the folder and the seed of what is sent. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Paths.get(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        LinesIndex index = new LinesIndex(folder.resolve("index"));
        Workplace place = new Workplace(folder.resolve("images"), index);
        BlockingQueue<Path> queue = new LinkedBlockingQueue<>();
        start(() -> {
            Indexing indexing = new Indexing(place.journal, index, new RealDisk());
            while (true) {
                indexing.pass();
                Path next = queue.take();
                Thread.sleep(2);
                index.index(List.of(next));
            }
        });
        for (int writer = 0; writer < WRITERS; writer++) {
            Random random = new Random(seed + writer);
            start(() -> {
                while (true) {
                    int number = random.nextInt(OBJECTS);
                    Stored stored = place.store.store(object(number));
                    queue.add(stored.file);
                    say(number + " " + stored.outcome);
                }
            });
        }
        say("ready");
    }

    private static synchronized void say(String line) {
        System.out.println(line + " .");
        System.out.flush();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException | RuntimeException failed) {
                say("failed " + failed);
            }
        }).start();
    }
}
