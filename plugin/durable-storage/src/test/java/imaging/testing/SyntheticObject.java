package imaging.testing;

import imaging.store.Incoming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** A DICOM object without a patient, whose every byte follows from its UID and its version. */
public final class SyntheticObject implements Incoming {
    public static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";

    private final Map<Attribute, String> attributes = new EnumMap<>(Attribute.class);
    private String metaInstance;
    private String sender = "MODALITY1";
    private String transferSyntax = EXPLICIT_LITTLE_ENDIAN;
    private int version;
    private int size = 2000;

    public SyntheticObject(String uid) {
        metaInstance = uid;
        with(Attribute.SOP_INSTANCE_UID, uid);
        with(Attribute.STUDY_DATE, "20260102");
        with(Attribute.ACCESSION_NUMBER, "ACC1");
        with(Attribute.MODALITY, "CT");
        with(Attribute.INSTITUTION_NAME, "Aveiro");
        with(Attribute.STUDY_INSTANCE_UID, "2.25.1");
    }

    public SyntheticObject with(Attribute attribute, String value) {
        attributes.put(attribute, value);
        return this;
    }

    public SyntheticObject version(int number) {
        version = number;
        return this;
    }

    public SyntheticObject size(int bytes) {
        size = bytes;
        return this;
    }

    public SyntheticObject from(String aeTitle) {
        sender = aeTitle;
        return this;
    }

    public SyntheticObject transferSyntax(String uid) {
        transferSyntax = uid;
        return this;
    }

    public SyntheticObject metaInstance(String uid) {
        metaInstance = uid;
        return this;
    }

    @Override
    public String attribute(Attribute attribute) {
        return attributes.get(attribute);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] bytes = bytes();
        for (int at = 0; at < bytes.length; at += 777) {
            out.write(bytes, at, Math.min(777, bytes.length - at));
        }
    }

    /** The object as a file. */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[128]);
        out.write("DICM".getBytes(StandardCharsets.US_ASCII));
        if (metaInstance != null) {
            element(out, 2, 3, "UI", metaInstance);
        }
        if (transferSyntax != null) {
            element(out, 2, 0x10, "UI", transferSyntax);
        }
        element(out, 2, 0x17, "AE", sender);
        out.write(dataset());
        return out.toByteArray();
    }

    private byte[] dataset() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        attributes.forEach((attribute, value) -> {
            if (value != null) {
                element(out, attribute.tag() >>> 16, attribute.tag() & 0xffff, "LO", value);
            }
        });
        byte[] pixels = new byte[size];
        new Random(attributes.toString().hashCode() + 31L * version).nextBytes(pixels);
        out.write(pixels);
        return out.toByteArray();
    }

    private static void element(
            ByteArrayOutputStream out, int group, int element, String vr, String value) {
        byte[] text = (value.length() % 2 == 0 ? value : value + " ")
                .getBytes(StandardCharsets.UTF_8);
        for (int number : new int[] {group, element}) {
            out.write(number);
            out.write(number >> 8);
        }
        out.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
        out.write(text.length);
        out.write(text.length >> 8);
        out.writeBytes(text);
    }

    /** Whether a file is this object, to the last byte. */
    public boolean isIn(Path file) throws IOException {
        return Files.isRegularFile(file) && Arrays.equals(bytes(), Files.readAllBytes(file));
    }
}
