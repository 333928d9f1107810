package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import io.github.otnn.core.tensor.Tensors;
import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads what {@link ArchiveWriter} writes, and refuses every other byte. The description is checked against its digest before it
 * is looked at, all sizes against the length of the file before anything is allocated, and the arrays against their digests.
 */
final class ArchiveReader {
    private static final String ALTERED = "; the file is truncated or altered, nothing was loaded";

    private final ByteSource source;
    private final Fields description;
    private final List<ArrayInfo> arrays;
    private final List<Archive.Entry> entries = new ArrayList<>();
    private final byte[] end;
    private final String descriptionDigest;

    /** Reads the description and checks all sizes. */
    ArchiveReader(ByteSource source) throws IOException {
        this.source = source;
        long length = source.length();
        long least = Archive.localLength(Archive.DESCRIPTION) + Archive.END_LENGTH;
        if (length < least || length > Archive.FILE_LIMIT) {
            throw new ModelFormatException(
                    "expected an otnn file of " + least + " to " + Archive.FILE_LIMIT + " bytes, got " + length);
        }
        end = bytes(length - Archive.END_LENGTH, Archive.END_LENGTH);
        descriptionDigest = Archive.digestIn(end);
        byte[] text = descriptionText(length);
        description = Fields.of("", JsonReader.read(text));
        arrays = ArrayInfo.listFrom(description);
        place(text, length);
    }

    private byte[] descriptionText(long fileLength) throws IOException {
        int headerLength = (int) Archive.localLength(Archive.DESCRIPTION);
        byte[] header = bytes(0, headerLength);
        // length of the content, little endian
        long length = 0;
        for (int i = 3; i >= 0; i--) {
            length = length << 8 | header[18 + i] & 0xFF;
        }
        if (length > Archive.DESCRIPTION_LIMIT || headerLength + length > fileLength - Archive.END_LENGTH) {
            throw new ModelFormatException("expected a description of at most " + Archive.DESCRIPTION_LIMIT
                    + " bytes within the file, got " + length + ALTERED);
        }
        byte[] text = bytes(headerLength, (int) length);
        String digest = HexFormat.of().formatHex(ArrayBytes.sha256().digest(text));
        if (!digest.equals(descriptionDigest)) {
            throw new ModelFormatException("the description does not have the digest " + descriptionDigest + ALTERED);
        }
        CRC32 crc = new CRC32();
        crc.update(text);
        Archive.Entry entry = new Archive.Entry(Archive.DESCRIPTION, length, (int) crc.getValue(), 0);
        requireEqual(header, entry.localHeader(), "header of " + Archive.DESCRIPTION);
        entries.add(entry);
        return text;
    }

    /** Finds where everything must be, and whether the file is just as long. */
    private void place(byte[] text, long fileLength) throws ModelFormatException {
        long at = Archive.localLength(Archive.DESCRIPTION) + text.length;
        long directory = Archive.centralLength(Archive.DESCRIPTION);
        for (ArrayInfo array : arrays) {
            at += Archive.localLength(array.entryName()) + array.entryLength();
            directory += Archive.centralLength(array.entryName());
        }
        if (at + directory + Archive.END_LENGTH != fileLength) {
            throw new ModelFormatException("expected " + (at + directory + Archive.END_LENGTH)
                    + " bytes for the arrays of the description, got a file of " + fileLength + ALTERED);
        }
    }

    Fields description() {
        return description;
    }

    List<ArrayInfo> arrays() {
        return arrays;
    }

    /** Reads all arrays and the rest of the file. They belong to the caller. */
    Map<String, INDArray> readArrays() throws IOException {
        Map<String, INDArray> read = new LinkedHashMap<>();
        boolean complete = false;
        try {
            for (ArrayInfo info : arrays) {
                INDArray array = Tensors.uninitialized(info.type(), info.sizes());
                read.put(info.name(), array);
                readInto(info, array);
            }
            checkDirectory();
            complete = true;
            return read;
        } finally {
            if (!complete) {
                read.values().forEach(INDArray::close);
            }
        }
    }

    private void readInto(ArrayInfo info, INDArray array) throws IOException {
        long offset = entries.get(entries.size() - 1).end();
        int headerLength = (int) Archive.localLength(info.entryName());
        byte[] header = bytes(offset, headerLength);
        byte[] expected = Archive.npyHeader(info.type(), info.sizes());
        byte[] npyHeader = bytes(offset + headerLength, expected.length);
        requireEqual(npyHeader, expected, "numpy header of '" + info.name() + "'");
        MessageDigest sha256 = ArrayBytes.sha256();
        CRC32 crc = new CRC32();
        sha256.update(npyHeader);
        crc.update(npyHeader);
        long[] at = {offset + headerLength + expected.length};
        ArrayBytes.<IOException>write(array, (bytes, from, length) -> {
            readFully(at[0], bytes, from, length);
            at[0] += length;
            sha256.update(bytes, from, length);
            crc.update(bytes, from, length);
        });
        if (!HexFormat.of().formatHex(sha256.digest()).equals(info.digest())) {
            throw new ModelFormatException(
                    "array '" + info.name() + "' does not have the digest " + info.digest() + ALTERED);
        }
        Archive.Entry entry = new Archive.Entry(info.entryName(), info.entryLength(), (int) crc.getValue(), offset);
        requireEqual(header, entry.localHeader(), "header of '" + info.name() + "'");
        entries.add(entry);
    }

    private void checkDirectory() throws IOException {
        long offset = entries.get(entries.size() - 1).end();
        long at = offset;
        for (Archive.Entry entry : entries) {
            byte[] expected = entry.centralHeader();
            requireEqual(bytes(at, expected.length), expected, "directory entry of '" + entry.name() + "'");
            at += expected.length;
        }
        byte[] expectedEnd = Archive.end(entries.size(), offset, at - offset, descriptionDigest);
        requireEqual(end, expectedEnd, "end of the directory");
    }

    private byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        readFully(position, bytes, 0, length);
        return bytes;
    }

    private void readFully(long position, byte[] into, int from, int length) throws IOException {
        try {
            source.read(position, into, from, length);
        } catch (EOFException shrunk) {
            throw new ModelFormatException("the file became shorter while it was read", shrunk);
        }
    }

    private static void requireEqual(byte[] actual, byte[] expected, String what) throws ModelFormatException {
        int difference = Arrays.mismatch(actual, expected);
        if (difference >= 0) {
            throw new ModelFormatException(what + ": unexpected byte at " + difference + ALTERED);
        }
    }
}
