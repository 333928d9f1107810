package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes a description and arrays; equal contents give equal bytes. */
final class ArchiveWriter {
    private final byte[] description;
    private final List<NamedArray> arrays;
    private final List<Archive.Entry> entries = new ArrayList<>();

    /**
     * Prepares a file.
     *
     * @param members of the description, without the list of arrays
     * @throws IllegalArgumentException if it would be beyond the limits of the format
     */
    ArchiveWriter(Map<String, Object> members, List<NamedArray> arrays) {
        this.arrays = arrays;
        List<NamedArray.Sums> sums = arrays.stream().map(NamedArray::sums).toList();
        Map<String, Object> all = new LinkedHashMap<>(members);
        all.put("arrays", sums.stream().map(sum -> ArrayInfo.toJson(sum.info())).toList());
        description = JsonWriter.write(all).getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(description);
        entries.add(new Archive.Entry(Archive.DESCRIPTION, description.length, (int) crc.getValue(), 0));
        for (NamedArray.Sums sum : sums) {
            long offset = entries.get(entries.size() - 1).end();
            entries.add(new Archive.Entry(sum.info().entryName(), sum.info().entryLength(), sum.crc(), offset));
        }
        requireWithinLimits(sums);
    }

    private void requireWithinLimits(List<NamedArray.Sums> sums) {
        long length = length();
        if (length > Archive.FILE_LIMIT
                || description.length > Archive.DESCRIPTION_LIMIT
                || sums.size() > Archive.ARRAY_LIMIT) {
            throw new IllegalArgumentException("otnn file: expected at most " + Archive.FILE_LIMIT + " bytes, "
                    + Archive.DESCRIPTION_LIMIT + " of them description, and " + Archive.ARRAY_LIMIT + " arrays, got "
                    + length + ", " + description.length + " and " + sums.size());
        }
        try {
            // what is written must be readable
            Fields fields = Fields.of("", JsonReader.read(description));
            ArrayInfo.listFrom(fields);
        } catch (ModelFormatException refused) {
            throw new IllegalArgumentException("otnn file: " + refused.getMessage(), refused);
        }
    }

    private long directoryOffset() {
        return entries.get(entries.size() - 1).end();
    }

    /** Bytes of the whole file. */
    long length() {
        long directory = entries.stream()
                .mapToLong(entry -> Archive.centralLength(entry.name()))
                .sum();
        return directoryOffset() + directory + Archive.END_LENGTH;
    }

    void write(OutputStream out) throws IOException {
        out.write(entries.get(0).localHeader());
        out.write(description);
        for (int i = 0; i < arrays.size(); i++) {
            out.write(entries.get(i + 1).localHeader());
            arrays.get(i).write(out);
        }
        long directoryLength = 0;
        for (Archive.Entry entry : entries) {
            byte[] header = entry.centralHeader();
            out.write(header);
            directoryLength += header.length;
        }
        String digest = HexFormat.of().formatHex(ArrayBytes.sha256().digest(description));
        out.write(Archive.end(entries.size(), directoryOffset(), directoryLength, digest));
    }
}
