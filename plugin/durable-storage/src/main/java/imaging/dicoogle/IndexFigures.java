package imaging.dicoogle;

import java.lang.reflect.Field;

/**
 * How many objects the index holds. The SDK has no question for it, and counting answers would read
 * every document; but the lucene plugin's answers hold Lucene's own searcher, which knows
 * (AbstractResultStream of the lucene plugin 3.5.0).
 */
final class IndexFigures {
    private static final String SEARCHER = "searcher";

    private final DicoogleIndex index;

    IndexFigures(DicoogleIndex index) {
        this.index = index;
    }

    /** NaN where the index doesn't answer, or isn't that plugin's. */
    double documents() {
        try {
            Object answers = index.ask("SOPInstanceUID:0");
            if (answers == null) {
                return Double.NaN;
            }
            Object searcher = field(answers.getClass()).get(answers);
            Object reader = searcher.getClass().getMethod("getIndexReader").invoke(searcher);
            return ((Number) reader.getClass().getMethod("numDocs").invoke(reader)).doubleValue();
        } catch (ReflectiveOperationException | RuntimeException unknown) {
            return Double.NaN;
        }
    }

    private static Field field(Class<?> type) throws NoSuchFieldException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (SEARCHER.equals(field.getName())) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(SEARCHER);
    }
}
