package io.github.otnn.core.testing;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Takes a file apart and puts an altered one together that has all its checksums right, as an able forger would. */
public final class FileForge {
    private static final String DESCRIPTION = "otnn.json";

    private String description = "";
    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /** Opens a file. */
    public FileForge(byte[] file) {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(DESCRIPTION)) {
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
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        put(DESCRIPTION, text, out, directory);
        arrays.forEach((name, content) -> put(name, content, out, directory));
        byte[] comment = ("otnn 00001 sha256:" + hex(text)).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer end = buffer(22 + comment.length).put(new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0});
        end.putShort((short) (arrays.size() + 1)).putShort((short) (arrays.size() + 1));
        end.putInt(directory.size()).putInt(out.size());
        end.putShort((short) comment.length).put(comment);
        out.writeBytes(directory.toByteArray());
        out.writeBytes(end.array());
        return out.toByteArray();
    }

    /** Header and content of a stored entry of 1980-01-01, and its place in the directory. */
    private static void put(String name, byte[] content, ByteArrayOutputStream out, ByteArrayOutputStream directory) {
        byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer common = buffer(26).putShort((short) 10).putShort((short) 0).putShort((short) 0);
        common.putShort((short) 0).putShort((short) 0x21).putInt((int) crc.getValue());
        common.putInt(content.length).putInt(content.length).putShort((short) nameBytes.length);
        directory.writeBytes(new byte[] {'P', 'K', 1, 2, 10, 0});
        directory.writeBytes(common.array());
        directory.writeBytes(new byte[10]);
        directory.writeBytes(buffer(4).putInt(out.size()).array());
        directory.writeBytes(nameBytes);
        out.writeBytes(new byte[] {'P', 'K', 3, 4});
        out.writeBytes(common.array());
        out.writeBytes(nameBytes);
        out.writeBytes(content);
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The same contents in an ordinary compressed zip file, with a comment that fits. */
    public byte[] compressed(int zerosBehindEach) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            byte[] text = description.getBytes(StandardCharsets.UTF_8);
            zip.setComment("otnn 00001 sha256:" + hex(text));
            zip.putNextEntry(new ZipEntry(DESCRIPTION));
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
