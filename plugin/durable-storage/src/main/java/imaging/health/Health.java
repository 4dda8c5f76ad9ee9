package imaging.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Named questions, each answered by a sentence that says what is wrong, or by null. */
public final class Health {
    private final Map<String, Supplier<String>> questions = new LinkedHashMap<>();

    /** Adds a question. One that throws counts as a failure. */
    public Health ask(String name, Supplier<String> question) {
        questions.put(name, question);
        return this;
    }

    /** Asks all; what comes back is empty where all is well. */
    public Map<String, String> complaints() {
        Map<String, String> found = new LinkedHashMap<>();
        questions.forEach((name, question) -> {
            String complaint;
            try {
                complaint = question.get();
            } catch (RuntimeException failed) {
                // Its message may hold a path.
                complaint = "asking failed: " + failed.getClass().getSimpleName();
            }
            if (complaint != null) {
                found.put(name, complaint);
            }
        });
        return found;
    }
}
