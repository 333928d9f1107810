package io.github.otnn.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads safetensors: the length of the header in 8 bytes, the header as JSON {@code {name: {dtype, shape, data_offsets}}}, and the
 * values. The header must fit the file, and the arrays must tile the rest of it.
 */
final class SafetensorsReader {
    /** Longest header that the format allows. */
    static final long HEADER_LIMIT = 100_000_000;

    static final int PREFIX = 8;
    static final String METADATA = "__metadata__";

    /** Types that we read; the others have a width only. */
    static final Map<String, FloatType> READABLE = Map.of(
            "F16", FloatType.FLOAT16, "BF16", FloatType.BFLOAT16, "F32", FloatType.FLOAT32, "F64", FloatType.FLOAT64);

    private static final Map<String, Integer> OTHERS = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8));

    private final ByteSource source;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final long dataStart;

    private record Entry(String name, String type, long[] shape, long begin, long end) {}

    /** Reads the header and checks all sizes. */
    SafetensorsReader(ByteSource source) throws IOException {
        this.source = source;
        long length = source.length();
        if (length < PREFIX + 2) {
            throw new ModelFormatException(
                    "expected a safetensors file of at least " + (PREFIX + 2) + " bytes, got " + length);
        }
        byte[] prefix = new byte[PREFIX];
        source.read(0, prefix, 0, PREFIX);
        long header = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (header < 2 || header > HEADER_LIMIT || header > length - PREFIX) {
            throw new ModelFormatException("expected the header of a safetensors file, of 2 to "
                    + Math.min(HEADER_LIMIT, length - PREFIX) + " bytes, got a length of "
                    + Long.toUnsignedString(header)
                    + "; the file is truncated or altered, or neither safetensors nor npz");
        }
        dataStart = PREFIX + header;
        byte[] text = new byte[(int) header];
        source.read(PREFIX, text, 0, text.length);
        if (text[0] != '{') {
            throw new ModelFormatException(
                    "expected a header that begins with '{', got byte " + text[0] + "; this is no safetensors file");
        }
        Fields fields = Fields.of("header", JsonReader.read(text));
        for (String name : fields.names()) {
            if (name.equals(METADATA)) {
                readMetadata(fields.object(name));
            } else {
                entries.add(entry(name, fields.any(name)));
            }
        }
        requireTiled(length - dataStart);
    }

    private void readMetadata(Fields fields) throws ModelFormatException {
        for (String name : fields.names()) {
            metadata.put(name, fields.text(name));
        }
    }

    private static Entry entry(String name, Object value) throws ModelFormatException {
        Fields fields = Fields.of("array " + Fields.describe(name), value);
        String type = fields.text("dtype");
        long[] shape = fields.wholes("shape");
        long[] offsets = fields.wholes("data_offsets");
        fields.requireNoOthers();
        Integer width =
                READABLE.containsKey(type) ? (Integer) READABLE.get(type).width() : OTHERS.get(type);
        if (width == null) {
            throw new ModelFormatException(fields.place("dtype") + ": expected F16, BF16, F32 or F64, got "
                    + Fields.describe(type) + "; convert it before saving");
        }
        if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
            throw new ModelFormatException(fields.place("data_offsets") + ": expected begin and end, got "
                    + fields.list("data_offsets").stream().limit(3).toList());
        }
        long bytes = Math.multiplyExact(FloatType.length(name, shape), width);
        if (offsets[1] - offsets[0] != bytes) {
            throw new ModelFormatException(fields.place("data_offsets") + ": " + type + " "
                    + fields.list("shape") + " takes " + bytes + " bytes, got offsets " + offsets[0] + " to "
                    + offsets[1]);
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private void requireTiled(long dataLength) throws ModelFormatException {
        entries.sort(Comparator.comparingLong(Entry::begin));
        long at = 0;
        for (Entry entry : entries) {
            if (entry.begin != at) {
                throw new ModelFormatException("array " + Fields.describe(entry.name) + ": expected it to begin at "
                        + at + " where the one before ends, got " + entry.begin
                        + "; arrays must neither overlap nor leave holes");
            }
            at = entry.end;
        }
        if (at != dataLength) {
            throw new ModelFormatException("the arrays take " + at + " bytes, the file has " + dataLength
                    + " for them; it is truncated or altered");
        }
    }

    WeightFile read(Predicate<String> wanted) throws IOException {
        Map<Entry, FloatType> types = new HashMap<>();
        for (Entry entry : entries) {
            if (wanted.test(entry.name)) {
                FloatType type = READABLE.get(entry.type);
                if (type == null) {
                    throw new ModelFormatException("array " + Fields.describe(entry.name)
                            + ": expected dtype F16, BF16, F32 or F64, got " + entry.type
                            + "; leave it out, or convert it before saving");
                }
                types.put(entry, type);
            }
        }
        return new WeightFile(
                WeightFile.filled(arrays -> {
                    for (Entry entry : entries) {
                        FloatType type = types.get(entry);
                        if (type != null) {
                            arrays.put(
                                    entry.name,
                                    type.read(entry.shape, WeightFile.from(source, dataStart + entry.begin)));
                        }
                    }
                }),
                metadata);
    }
}
