package imaging.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.store.Incoming.Attribute;
import imaging.testing.SyntheticObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LayoutLawsTest {
    private static final Path ROOT = Paths.get("/data/images");
    private static final int LONGEST_NAME = 255;

    private static SyntheticObject object() {
        return new SyntheticObject("1.2.3");
    }

    @Property(tries = 3000)
    void noInputLeavesTheRoot(
            @ForAll("hostile") String institution,
            @ForAll("hostile") String modality,
            @ForAll("hostile") String date,
            @ForAll("hostile") String accession) {
        Path place = Layout.place(ROOT, object()
                .with(Attribute.INSTITUTION_NAME, institution)
                .with(Attribute.MODALITY, modality)
                .with(Attribute.STUDY_DATE, date)
                .with(Attribute.ACCESSION_NUMBER, accession));
        assertEquals(place.normalize(), place);
        assertTrue(place.startsWith(ROOT));
        int depth = place.getNameCount() - ROOT.getNameCount();
        assertTrue(depth == 5 || depth == 7, place.toString());
        for (Path name : ROOT.relativize(place)) {
            byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
            assertTrue(bytes.length <= LONGEST_NAME && bytes[0] != '.', place.toString());
        }
    }

    @Property(tries = 3000)
    void twoExaminationsNeverShareAFolder(
            @ForAll("hostile") String one, @ForAll("hostile") String other) {
        if (!one.equals(other) && !one.isEmpty() && !other.isEmpty()) {
            assertNotEquals(
                    Layout.place(ROOT, object().with(Attribute.ACCESSION_NUMBER, one)),
                    Layout.place(ROOT, object().with(Attribute.ACCESSION_NUMBER, other)));
        }
    }

    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("./\\\0~_aA 0").ofMaxLength(12),
                Arbitraries.strings().all().ofMaxLength(40),
                Arbitraries.strings().alpha().ofMinLength(60).ofMaxLength(70),
                Arbitraries.just("x".repeat(65536)),
                Arbitraries.of("..", "../..", "/", "con", "20260102", "2026/../..", "~"));
    }
}
