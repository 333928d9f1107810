package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Takes a file apart and puts an altered one together that has all its checksums right, as an able forger would. */
public final class FileForge {
    private String description = "";
    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /** Opens a file. */
    public FileForge(byte[] file) {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(Archive.DESCRIPTION)) {
                    description = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
                } else {
                    arrays.put(entry.getName(), zip.readAllBytes());
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The text of the description. */
    public String description() {
        return description;
    }

    /** Replaces the description. */
    public FileForge describe(String other) {
        description = other;
        return this;
    }

    /** The entries of the arrays; to be modified. */
    public Map<String, byte[]> arrays() {
        return arrays;
    }

    /** Writes the digests of the entries into the description. */
    public FileForge digest(byte[] original) {
        for (Map.Entry<String, byte[]> before : new FileForge(original).arrays.entrySet()) {
            byte[] now = arrays.get(before.getKey());
            if (now != null) {
                description = description.replace(hex(before.getValue()), "?" + hex(now));
            }
        }
        description = description.replace("?", "");
        return this;
    }

    /** The file. */
    public byte[] seal() {
        byte[] text = description.getBytes(StandardCharsets.UTF_8);
        List<Archive.Entry> entries = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(Archive.DESCRIPTION, text, entries, out);
        arrays.forEach((name, content) -> put(name, content, entries, out));
        int directory = out.size();
        entries.forEach(entry -> out.writeBytes(entry.centralHeader()));
        out.writeBytes(Archive.end(entries.size(), directory, out.size() - directory, hex(text)));
        return out.toByteArray();
    }

    private static void put(String name, byte[] content, List<Archive.Entry> entries, ByteArrayOutputStream out) {
        CRC32 crc = new CRC32();
        crc.update(content);
        Archive.Entry entry = new Archive.Entry(name, content.length, (int) crc.getValue(), out.size());
        entries.add(entry);
        out.writeBytes(entry.localHeader());
        out.writeBytes(content);
    }

    /** The same contents in an ordinary compressed zip file, with a comment that fits. */
    public byte[] compressed(int zerosBehindEach) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            byte[] text = description.getBytes(StandardCharsets.UTF_8);
            zip.setComment("otnn 00001 sha256:" + hex(text));
            zip.putNextEntry(new ZipEntry(Archive.DESCRIPTION));
            zip.write(text);
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey()));
                zip.write(array.getValue());
                zip.write(new byte[zerosBehindEach]);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static String hex(byte[] content) {
        return HexFormat.of().formatHex(ArrayBytes.sha256().digest(content));
    }
}
