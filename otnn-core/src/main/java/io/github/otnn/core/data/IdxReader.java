package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads IDX files of unsigned bytes, the format of MNIST and Fashion-MNIST, plain or gzipped (told by the content, not the
 * name).
 *
 * <pre>00 00 08 rank | size of each axis, 4 bytes, big-endian | one byte a value, last axis fastest</pre>
 *
 * Safe on files from strangers: at most 536,870,911 values are accepted, memory grows with the bytes that really arrive and
 * not with what the header announces, and reading stops one byte after the announced end. Stateless, thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1708.07747">Xiao, Rasul, Vollgraf 2017</a>, Fashion-MNIST
 */
public final class IdxReader {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GREY_LEVELS = 256;
    private static final String NOTHING_LOADED = "; file truncated or altered, nothing was loaded";

    private IdxReader() {}

    /**
     * Reads a whole file.
     *
     * @throws IdxFormatException if the file is not IDX of unsigned bytes, or shorter or longer than its header says
     * @throws IOException if the file can't be read
     */
    public static IdxArray read(Path file) throws IOException {
        try (InputStream stream = open(file)) {
            int[] sizes = readSizes(file, stream);
            int count = countValues(file, sizes);
            byte[] values = stream.readNBytes(count);
            if (values.length < count) {
                throw new IdxFormatException(file + ": header says " + describe(sizes) + " = " + count
                        + " values, file holds " + values.length + NOTHING_LOADED);
            }
            // also makes a gzip stream compare its checksum
            if (stream.read() >= 0) {
                throw new IdxFormatException(file + ": header says " + describe(sizes) + " = " + count
                        + " values, file holds more; file altered, nothing was loaded");
            }
            return new IdxArray(sizes, values);
        } catch (EOFException | ZipException cause) {
            throw new IdxFormatException(
                    file + ": expected a sound gzip stream, got '" + cause.getMessage() + "'" + NOTHING_LOADED, cause);
        }
    }

    /**
     * Reads grey images and their class indices.
     *
     * @param images IDX file {@code [n, height, width]}
     * @param labels IDX file {@code [n]}, each value below the number of classes
     * @param classNames names by class index, at least one
     * @return FLOAT features {@code [n, height, width, 1]}, the bytes divided by 255, so in [0, 1]; labels {@code [n, 1]}
     * @throws IdxFormatException if a file is damaged, has another rank, if the counts differ, or a label has no class
     * @throws IOException if a file can't be read
     */
    public static LabelledData readLabelled(Path images, Path labels, List<String> classNames) throws IOException {
        if (classNames.isEmpty()) {
            throw new IllegalArgumentException("readLabelled: expected the name of every class, got none");
        }
        IdxArray classes = read(labels);
        requireRank(labels, classes, "labels [n]", 1);
        INDArray classIndices = classIndices(labels, classes.values(), classNames.size());
        IdxArray pixels = read(images);
        requireRank(images, pixels, "images [n, height, width]", 3);
        if (pixels.sizes()[0] != classes.sizes()[0]) {
            throw new IdxFormatException(images + " holds " + pixels.sizes()[0] + " images, " + labels + " holds "
                    + classes.sizes()[0] + " labels; expected the two files of one set");
        }
        return LabelledData.of(scaledToOne(pixels), classIndices, classNames, DataType.FLOAT);
    }

    private static InputStream open(Path file) throws IOException {
        InputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            plain.mark(2);
            byte[] first = plain.readNBytes(2);
            plain.reset();
            boolean zipped = first.length == 2 && first[0] == (byte) 0x1F && first[1] == (byte) 0x8B;
            return zipped ? new GZIPInputStream(plain, BUFFER_BYTES) : plain;
        } catch (IOException cause) {
            plain.close();
            throw cause;
        }
    }

    private static int[] readSizes(Path file, InputStream stream) throws IOException {
        byte[] magic = readHeader(file, stream, Integer.BYTES);
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != UNSIGNED_BYTE || magic[3] == 0) {
            throw new IdxFormatException(
                    file + ": expected 00 00 08 and the rank, the start of an IDX file of unsigned" + " bytes, got "
                            + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(magic) + otherType(magic));
        }
        ByteBuffer bytes = ByteBuffer.wrap(readHeader(file, stream, (magic[3] & 0xFF) * Integer.BYTES));
        int[] sizes = new int[bytes.capacity() / Integer.BYTES];
        bytes.asIntBuffer().get(sizes);
        return sizes;
    }

    private static byte[] readHeader(Path file, InputStream stream, int length) throws IOException {
        byte[] header = stream.readNBytes(length);
        if (header.length < length) {
            throw new IdxFormatException(
                    file + ": expected " + length + " more bytes of header, got " + header.length + NOTHING_LOADED);
        }
        return header;
    }

    private static String otherType(byte[] magic) {
        if (magic[0] != 0 || magic[1] != 0) {
            return "";
        }
        return switch (magic[2]) {
            case 0x09 -> " (signed bytes)";
            case 0x0B -> " (16-bit integers)";
            case 0x0C -> " (32-bit integers)";
            case 0x0D -> " (32-bit floats)";
            case 0x0E -> " (64-bit floats)";
            default -> "";
        };
    }

    private static int countValues(Path file, int[] sizes) throws IdxFormatException {
        long count = 1;
        for (int size : sizes) {
            if (size < 1) {
                throw new IdxFormatException(
                        file + ": expected axis sizes of at least 1, header says " + describe(sizes));
            }
            count *= size;
            if (count > FeatureBlocks.MAX_VALUES) {
                throw new IdxFormatException(file + ": expected at most " + FeatureBlocks.MAX_VALUES
                        + " values, header says " + describe(sizes) + "; split the file");
            }
        }
        return (int) count;
    }

    private static void requireRank(Path file, IdxArray array, String expected, int rank) throws IdxFormatException {
        if (array.sizes().length != rank) {
            throw new IdxFormatException(file + ": expected " + expected + ", got " + describe(array.sizes()));
        }
    }

    private static INDArray classIndices(Path file, byte[] values, int classCount) throws IdxFormatException {
        float[] indices = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int label = values[i] & 0xFF;
            if (label >= classCount) {
                throw new IdxFormatException(file + ": label " + label + " at row " + i + " is outside the "
                        + classCount + " classes 0.." + (classCount - 1));
            }
            indices[i] = label;
        }
        return Tensors.of(indices, indices.length, 1);
    }

    private static INDArray scaledToOne(IdxArray pixels) {
        float[] grey = new float[GREY_LEVELS];
        for (int level = 0; level < GREY_LEVELS; level++) {
            grey[level] = level / 255f;
        }
        int[] sizes = pixels.sizes();
        byte[] values = pixels.values();
        int perImage = sizes[1] * sizes[2];
        return FeatureBlocks.fill(sizes[0], Shape.of(sizes[1], sizes[2], 1), (image, block, offset) -> {
            int from = image * perImage;
            for (int i = 0; i < perImage; i++) {
                block[offset + i] = grey[values[from + i] & 0xFF];
            }
        });
    }

    /** A hostile header may name 255 axes: the message shows the first few. */
    private static String describe(int[] sizes) {
        return sizes.length <= 8
                ? Arrays.toString(sizes)
                : Arrays.toString(Arrays.copyOf(sizes, 8)).replace("]", ", ...]");
    }
}
