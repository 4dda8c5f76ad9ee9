package imaging.store;

import java.util.regex.Pattern;

/** DICOM's unique identifiers (PS3.5 §9). */
final class Uid {
    private static final int LONGEST = 64;
    /** Leading zeros are forbidden, and there are devices that send them. */
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9]+(\\.[0-9]+)*");

    private Uid() {}

    static boolean isValid(String uid) {
        return uid != null && uid.length() <= LONGEST && DIGITS_AND_DOTS.matcher(uid).matches();
    }
}
