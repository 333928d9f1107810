package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a {@code .npy} array says of itself, in the words of numpy.
 *
 * @param type of the values
 * @param fortranOrder whether the first index moves fastest
 * @param shape axis sizes
 */
record NpyHeader(FloatType type, boolean fortranOrder, long[] shape) {
    private static final int PREFIX = 8;

    /** numpy refuses longer ones too. */
    private static final int TEXT_LIMIT = 10_000;

    private static final Map<String, FloatType> TYPES =
            Map.of("<f2", FloatType.FLOAT16, "<f4", FloatType.FLOAT32, "<f8", FloatType.FLOAT64);
    private static final Pattern TEXT = Pattern.compile(
            "\\{'descr': '([^']{1,40})', 'fortran_order': (True|False), 'shape': \\(((?:[0-9]{1,18}, ){0,40}[0-9]{1,18},?|)\\), \\} *\n");

    /** Reads the header, and checks that just the values follow it. */
    static NpyHeader read(String name, long entryLength, ArrayBytes.Source<IOException> source) throws IOException {
        String where = "array " + Fields.describe(name);
        byte[] prefix = new byte[PREFIX + 4];
        // version 1 has a length of 2 bytes, versions 2 and 3 of 4
        int prefixLength = PREFIX + 2;
        if (entryLength < prefixLength + 2) {
            throw new ModelFormatException(where + ": expected a .npy array, got " + entryLength + " bytes");
        }
        source.give(prefix, 0, prefixLength);
        boolean magic = new String(prefix, 0, 6, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY");
        if (!magic || prefix[6] < 1 || prefix[6] > 3 || prefix[7] != 0) {
            throw new ModelFormatException(where + ": expected a .npy array of version 1 to 3, got other bytes");
        }
        long textLength = prefix[8] & 0xFF | (prefix[9] & 0xFF) << 8;
        if (prefix[6] > 1) {
            source.give(prefix, prefixLength, 2);
            prefixLength += 2;
            textLength |= (prefix[10] & 0xFFL) << 16 | (prefix[11] & 0xFFL) << 24;
        }
        if (textLength > TEXT_LIMIT || textLength > entryLength - prefixLength) {
            throw new ModelFormatException(where + ": expected a header of at most "
                    + Math.min(TEXT_LIMIT, entryLength - prefixLength) + " bytes, got " + textLength);
        }
        byte[] text = new byte[(int) textLength];
        source.give(text, 0, text.length);
        NpyHeader header = parse(name, new String(text, StandardCharsets.ISO_8859_1));
        long expected = FloatType.length(name, header.shape) * header.type.width();
        if (prefixLength + textLength + expected != entryLength) {
            throw new ModelFormatException(where + ": " + Arrays.toString(header.shape) + " takes " + expected
                    + " bytes, got " + (entryLength - prefixLength - textLength));
        }
        return header;
    }

    private static NpyHeader parse(String name, String text) throws ModelFormatException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new ModelFormatException("array " + Fields.describe(name)
                    + ": expected a header as numpy writes it, got " + Fields.describe(text.strip()));
        }
        FloatType type = TYPES.get(matcher.group(1));
        if (type == null) {
            throw new ModelFormatException("array " + Fields.describe(name) + ": expected type <f2, <f4 or <f8, got "
                    + matcher.group(1) + "; leave it out, or convert it before saving");
        }
        long[] shape = Pattern.compile("[0-9]+")
                .matcher(matcher.group(3))
                .results()
                .mapToLong(size -> Long.parseLong(size.group()))
                .toArray();
        return new NpyHeader(type, matcher.group(2).equals("True"), shape);
    }

    /** Shape in whose C order the values lie in the file. */
    long[] storedShape() {
        return fortranOrder ? reversed() : shape;
    }

    /** An array that was read in {@link #storedShape}, in its own shape. Takes the array over. */
    INDArray inOrder(INDArray stored) {
        if (!fortranOrder || shape.length < 2) {
            return stored;
        }
        int[] axes = new int[shape.length];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axes.length - 1 - i;
        }
        try (INDArray owned = stored) {
            return owned.permute(axes).dup('c');
        }
    }

    private long[] reversed() {
        long[] reversed = new long[shape.length];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }
}
