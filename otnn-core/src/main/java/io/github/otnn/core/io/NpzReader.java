package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads what {@code numpy.savez} writes to a file: a zip of stored {@code .npy} entries, one behind the other, then the directory. Refused
 * are compressed entries, so that nothing can be inflated, and whatever else zip files may hold.
 */
final class NpzReader {
    private static final int LOCAL_HEADER = 30;
    private static final int CENTRAL_HEADER = 46;
    private static final int END = 22;
    private static final int ENTRY_LIMIT = 0xFFFE;
    private static final int UTF8_NAME = 0x800;
    private static final int DATA_DESCRIPTOR = 8;
    private static final long IN_EXTRA_FIELD = 0xFFFF_FFFFL;
    private static final int ZIP64_EXTRA = 20;
    private static final String SUFFIX = ".npy";
    private static final String PICKLED = "a file of torch.save, which holds programs and is not read:"
            + " write the state_dict with numpy.savez or safetensors";

    private final ByteSource source;
    private final List<Entry> entries = new ArrayList<>();

    /** An entry: content from {@code start} to {@code end}, behind a local header at {@code offset}. */
    private record Entry(String name, int crc, long offset, long start, long end) {}

    /** Walks over all entries and checks the directory against them. */
    NpzReader(ByteSource source) throws IOException {
        this.source = source;
        long length = source.length();
        if (length < LOCAL_HEADER + CENTRAL_HEADER + END || length > Archive.FILE_LIMIT) {
            throw new ModelFormatException("expected an npz file of " + (LOCAL_HEADER + CENTRAL_HEADER + END) + " to "
                    + Archive.FILE_LIMIT + " bytes, got " + length);
        }
        ByteBuffer end = bytes(length - END, END);
        int count = unsigned(end.getShort(10));
        long directoryLength = unsigned(end.getInt(12));
        long directory = unsigned(end.getInt(16));
        if (end.getInt(0) != 0x06054b50
                || end.getInt(4) != 0
                || unsigned(end.getShort(8)) != count
                || end.getShort(20) != 0
                || count > ENTRY_LIMIT
                || directory + directoryLength + END != length) {
            throw new ModelFormatException(
                    "expected the directory of an npz file at its end, got other bytes; it is truncated or altered, or "
                            + PICKLED);
        }
        Set<String> names = new LinkedHashSet<>();
        for (long at = 0; at < directory; at = entries.get(entries.size() - 1).end) {
            Entry entry = entry(at, directory);
            entries.add(entry);
            if (!names.add(entry.name)) {
                throw new ModelFormatException("entry " + Fields.describe(entry.name) + " is there twice");
            }
        }
        if (entries.size() != count) {
            throw new ModelFormatException(
                    "the directory speaks of " + count + " entries, there are " + entries.size());
        }
        requireDirectory(directory, length - END);
    }

    private Entry entry(long offset, long limit) throws IOException {
        if (offset + LOCAL_HEADER > limit) {
            throw new ModelFormatException("expected an entry at byte " + offset + ", got the directory");
        }
        ByteBuffer header = bytes(offset, LOCAL_HEADER);
        int flags = unsigned(header.getShort(6));
        int nameLength = unsigned(header.getShort(26));
        int extraLength = unsigned(header.getShort(28));
        long start = offset + LOCAL_HEADER + nameLength + extraLength;
        if (header.getInt(0) != 0x04034b50 || start > limit) {
            throw new ModelFormatException(
                    "expected the header of an entry at byte " + offset + ", got other bytes; the file is altered");
        }
        String name = name(bytes(offset + LOCAL_HEADER, nameLength));
        if (header.getShort(8) != 0) {
            throw new ModelFormatException("entry " + Fields.describe(name)
                    + " is compressed; write the file with numpy.savez, not savez_compressed");
        }
        if ((flags & DATA_DESCRIPTOR) != 0) {
            throw new ModelFormatException("entry " + Fields.describe(name)
                    + " was written without its size; let numpy.savez write to a file, not to a pipe");
        }
        if ((flags & ~UTF8_NAME) != 0) {
            throw new ModelFormatException("entry " + Fields.describe(name) + ": flags " + flags + " are unknown");
        }
        long length = contentLength(name, header, bytes(start - extraLength, extraLength));
        if (length > limit - start) {
            throw new ModelFormatException("entry " + Fields.describe(name) + ": expected at most " + (limit - start)
                    + " bytes up to the directory, got " + length + "; the file is truncated or altered");
        }
        return new Entry(name, header.getInt(14), offset, start, start + length);
    }

    /** Both sizes are equal, in the header or, as numpy writes them, in a field behind it. */
    private static long contentLength(String name, ByteBuffer header, ByteBuffer extra) throws ModelFormatException {
        long length = unsigned(header.getInt(18));
        long again = unsigned(header.getInt(22));
        boolean inField = length == IN_EXTRA_FIELD
                && extra.capacity() == ZIP64_EXTRA
                && extra.getShort(0) == 1
                && extra.getShort(2) == ZIP64_EXTRA - 4;
        if (inField) {
            length = extra.getLong(4);
            again = extra.getLong(12);
        }
        if (!inField && extra.capacity() > 0 || length != again || length < 0) {
            throw new ModelFormatException("entry " + Fields.describe(name) + ": expected one size, got " + length
                    + " and " + again + ", with " + extra.capacity() + " bytes of other fields");
        }
        return length;
    }

    /** The directory must say the same: names, checksums, sizes and places. */
    private void requireDirectory(long from, long end) throws IOException {
        long at = from;
        for (Entry entry : entries) {
            boolean same = at + CENTRAL_HEADER <= end;
            if (same) {
                ByteBuffer header = bytes(at, CENTRAL_HEADER);
                int nameLength = unsigned(header.getShort(28));
                long length = entry.end - entry.start;
                same = header.getInt(0) == 0x02014b50
                        && header.getShort(10) == 0
                        && header.getInt(16) == entry.crc
                        && unsigned(header.getInt(20)) == length
                        && unsigned(header.getInt(24)) == length
                        && header.getInt(30) == 0
                        && unsigned(header.getInt(42)) == entry.offset
                        && at + CENTRAL_HEADER + nameLength <= end
                        && name(bytes(at + CENTRAL_HEADER, nameLength)).equals(entry.name);
                at += CENTRAL_HEADER + nameLength;
            }
            if (!same) {
                throw new ModelFormatException(
                        "the directory does not describe entry " + Fields.describe(entry.name) + " as it is");
            }
        }
        if (at != end) {
            throw new ModelFormatException("the directory has " + (end - at) + " bytes too many");
        }
    }

    WeightFile read(Predicate<String> wanted) throws IOException {
        return new WeightFile(
                WeightFile.filled(arrays -> {
                    for (Entry entry : entries) {
                        if (!entry.name.endsWith(SUFFIX)) {
                            throw new ModelFormatException("entry " + Fields.describe(entry.name)
                                    + " is no .npy array; perhaps this is " + PICKLED);
                        }
                        String name = entry.name.substring(0, entry.name.length() - SUFFIX.length());
                        if (wanted.test(name)) {
                            arrays.put(name, read(name, entry));
                        }
                    }
                }),
                Map.of());
    }

    private INDArray read(String name, Entry entry) throws IOException {
        CRC32 crc = new CRC32();
        ArrayBytes.Source<IOException> all = WeightFile.from(source, entry.start);
        ArrayBytes.Source<IOException> summed = (bytes, from, length) -> {
            all.give(bytes, from, length);
            crc.update(bytes, from, length);
        };
        NpyHeader header = NpyHeader.read(name, entry.end - entry.start, summed);
        INDArray array = header.type().read(header.storedShape(), summed);
        if ((int) crc.getValue() != entry.crc) {
            array.close();
            throw new ModelFormatException(
                    "array " + Fields.describe(name) + " does not have the checksum of its entry; the file is altered");
        }
        return header.inOrder(array);
    }

    private ByteBuffer bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        source.read(position, bytes, 0, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String name(ByteBuffer bytes) {
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private static int unsigned(short value) {
        return value & 0xFFFF;
    }

    private static long unsigned(int value) {
        return value & 0xFFFF_FFFFL;
    }
}
