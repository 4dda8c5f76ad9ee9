package imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The archive that is shipped. */
class PackagingIT {
    private static final long MEBIBYTE = 1 << 20;
    private static final int JAVA_8 = 52;

    private final Path archive = Paths.get(System.getProperty("archive"));

    private Set<String> names() throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            return jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName)
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void holdsNoTypeThatDicoogleBrings() throws IOException {
        Path declarations = Paths.get(System.getProperty("declarations"));
        Set<String> declared;
        try (Stream<Path> files = Files.walk(declarations)) {
            declared = files.filter(Files::isRegularFile)
                    .map(file -> declarations.relativize(file).toString())
                    .collect(Collectors.toSet());
        }
        assertTrue(declared.contains("pt/ua/dicoogle/sdk/StorageInterface.class"));
        assertTrue(Collections.disjoint(declared, names()));
    }

    @Test
    void holdsNothingOutsideItsOwnPackage() throws IOException {
        List<String> others = names().stream()
                .filter(name -> !name.startsWith("imaging/") && !name.startsWith("META-INF/"))
                .collect(Collectors.toList());
        assertEquals(List.of(), others);
        assertTrue(names().contains("imaging/dicoogle/DurableStoragePluginSet.class"));
    }

    @Test
    void runsOnJava8() throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            for (String name : names()) {
                if (name.endsWith(".class")) {
                    DataInputStream in =
                            new DataInputStream(jar.getInputStream(jar.getEntry(name)));
                    assertEquals(0xCAFEBABE, in.readInt());
                    assertTrue(in.readInt() <= JAVA_8, name);
                }
            }
        }
    }

    @Test
    void isUnderOneMebibyte() throws IOException {
        assertTrue(Files.size(archive) < MEBIBYTE);
    }
}
