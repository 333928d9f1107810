package io.github.otnn.core.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What models and training states have in common as files. */
final class OtnnFile {
    static final String MODEL = "model";
    static final String TRAINING = "training";

    private OtnnFile() {}

    /** First members of a description. */
    static Map<String, Object> start(String kind, String library) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", "otnn");
        json.put("version", (long) Archive.VERSION);
        json.put("kind", kind);
        json.put("library", library);
        return json;
    }

    /** Checks the first members, and gives the library's version. */
    static String readStart(Fields fields, String kind) throws ModelFormatException {
        String format = fields.text("format");
        long version = fields.whole("version");
        if (!format.equals("otnn") || version != Archive.VERSION) {
            throw new ModelFormatException(
                    "expected format otnn, version " + Archive.VERSION + ", got " + format + ", version " + version);
        }
        String found = fields.text("kind");
        if (!found.equals(kind)) {
            throw new ModelFormatException("expected a file of kind '" + kind + "', got '" + found + "'");
        }
        return fields.text("library");
    }

    /** Version of this library. */
    static String library() {
        String version = OtnnFile.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static void write(Path file, Map<String, Object> description, List<NamedArray> arrays) throws IOException {
        ArchiveWriter writer = new ArchiveWriter(description, arrays);
        AtomicFile.write(file, writer::write);
    }

    static byte[] toBytes(Map<String, Object> description, List<NamedArray> arrays) {
        ArchiveWriter writer = new ArchiveWriter(description, arrays);
        if (writer.length() > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException(
                    "otnn file: " + writer.length() + " bytes do not fit in a Java array; write a file");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) writer.length());
        try {
            writer.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Reads something of an open file. */
    interface Reading<T> {
        T read(ArchiveReader reader) throws IOException;
    }

    static <T> T read(Path file, Reading<T> reading) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new java.nio.file.NoSuchFileException(file.toString(), null, "expected an otnn file");
        }
        try (ByteSource source = ByteSource.of(file)) {
            return read(file.toString(), source, reading);
        }
    }

    /** Reads, and has every problem say where it was and come as one type: whatever a file holds, it is the file's fault. */
    static <T> T read(String name, ByteSource source, Reading<T> reading) throws IOException {
        try {
            return reading.read(new ArchiveReader(source));
        } catch (ModelFormatException refused) {
            throw new ModelFormatException(name + ": " + refused.getMessage(), refused);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new ModelFormatException(name + ": " + refused.getMessage(), refused);
        }
    }
}
