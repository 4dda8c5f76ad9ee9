package imaging.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imaging.store.Incoming.Attribute;
import imaging.testing.SyntheticObject;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private static final Path ROOT = Paths.get("/data/images");

    private static SyntheticObject object() {
        return new SyntheticObject("1.2.3");
    }

    @Test
    void liesWhereFileStorageWouldPutIt() {
        Path place = Layout.place(ROOT, object()
                .with(Attribute.INSTITUTION_NAME, " Hospital St. John & Co "));
        assertEquals(ROOT.resolve("HospitalStJohnCo/CT/2026/01/02/ACC1/1.2.3.dcm"), place);
    }

    @Test
    void fillsInWhatIsAbsentAsFileStorageDoes() {
        Path place = Layout.place(ROOT, object()
                .with(Attribute.INSTITUTION_NAME, null)
                .with(Attribute.STUDY_DATE, "")
                .with(Attribute.ACCESSION_NUMBER, null));
        assertEquals(ROOT.resolve("UN_IN/CT/UN_DATE/2.25.1/1.2.3.dcm"), place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../../etc", "/etc/passwd", "a\0b", "nul", "COM1.x", ".store",
        "Hospital São João", "a\\b", "trailing.", "a~b", "\r\n"})
    void keepsNoNameThatMeansSomethingToAFileSystem(String name) {
        Path place = Layout.place(ROOT, object().with(Attribute.ACCESSION_NUMBER, name));
        assertEquals(ROOT.resolve("Aveiro/CT/2026/01/02"), place.getParent().getParent());
        assertTrue(place.getParent().getFileName().toString().matches("[A-Za-z0-9_+=@^,-]+~[0-9a-f]{12}"),
                place.toString());
    }
}
