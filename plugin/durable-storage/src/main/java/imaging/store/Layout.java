package imaging.store;

import static imaging.store.Incoming.Attribute.ACCESSION_NUMBER;
import static imaging.store.Incoming.Attribute.INSTITUTION_NAME;
import static imaging.store.Incoming.Attribute.MODALITY;
import static imaging.store.Incoming.Attribute.SOP_INSTANCE_UID;
import static imaging.store.Incoming.Attribute.STUDY_DATE;
import static imaging.store.Incoming.Attribute.STUDY_INSTANCE_UID;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an object's file lies: {@code Institution/Modality/YYYY/MM/DD/Accession/UID.dcm}, as
 * file-storage lays it out (research/dicoogle.md §4), so that its repositories stay whole.
 *
 * <p>Each attribute becomes one name. One that file-storage would have taken unchanged stays so;
 * any other keeps what is harmless and gets a digest, so that two never share a name.
 */
final class Layout {
    private static final int LONGEST = 64;
    private static final int DIGEST = 12;
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_+=@^,-][A-Za-z0-9._+=@^,-]*");
    private static final Pattern HARMFUL = Pattern.compile("[^A-Za-z0-9_+=@^,-]");
    /** Those that Windows, and so a share exported to it, can't have. */
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
    private static final Pattern DATE = Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2}).*");

    private Layout() {}

    /** Finds the file's place below a root. The object's UID must be valid. */
    static Path place(Path root, Incoming object) {
        Path folder = root.resolve(name(institution(object)))
                .resolve(name(orElse(object.attribute(MODALITY), "UN_MODALITY")));
        Matcher date = DATE.matcher(orElse(object.attribute(STUDY_DATE), ""));
        if (date.matches()) {
            folder = folder.resolve(date.group(1)).resolve(date.group(2)).resolve(date.group(3));
        } else {
            folder = folder.resolve("UN_DATE");
        }
        return folder.resolve(name(examination(object)))
                .resolve(object.attribute(SOP_INSTANCE_UID) + ".dcm");
    }

    private static String institution(Incoming object) {
        String name = orElse(object.attribute(INSTITUTION_NAME), "UN_IN").trim();
        return orElse(name.replace(" ", "").replace(".", "").replace("&", ""), "UN_IN");
    }

    private static String examination(Incoming object) {
        String study = orElse(object.attribute(STUDY_INSTANCE_UID), "UN_ACC");
        return orElse(object.attribute(ACCESSION_NUMBER), study);
    }

    private static String name(String value) {
        boolean harmless = value.length() <= LONGEST
                && HARMLESS.matcher(value).matches()
                && !value.endsWith(".")
                && !RESERVED.matcher(value.toLowerCase(Locale.ROOT)).matches();
        if (harmless) {
            return value;
        }
        String start = value.substring(0, Math.min(value.length(), LONGEST - DIGEST - 1));
        // A harmless name holds no "~".
        return HARMFUL.matcher(start).replaceAll("_") + "~" + digest(value);
    }

    private static String digest(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_16BE);
        return Digests.hexadecimal(Digests.sha256().digest(bytes)).substring(0, DIGEST);
    }

    private static String orElse(String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
