package io.github.otnn.core.io;

import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.ArrayBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Named arrays in the formats that other programs speak: safetensors, read and written, and the npz files of numpy, read.
 *
 * <pre>{@code
 * try (WeightFile weights = WeightFile.read(path)) { weights.arrays().get("0.weight"); }
 * WeightFile.of(network).write(path);
 * }</pre>
 *
 * <ul>
 *   <li>read are float16, bfloat16 and float32, as FLOAT, and float64, as DOUBLE; every value is kept. A scalar becomes {@code [1]}.
 *   <li>files may come from anybody: every size is checked against the length of the file before memory is taken, arrays lie in
 *       it without holes or overlaps, nothing is decompressed, unpickled or used as a path. Values may be NaN: who uses them
 *       checks that.
 *   <li>equal contents are written as equal bytes
 * </ul>
 *
 * Limits: safetensors with a header of 100,000,000 bytes and 200,000 JSON values; npz of 4 GiB - 2 bytes and 65,534 entries;
 * arrays of at most 8 axes and fewer than 2^31 values, none empty.
 *
 * @param arrays by name, in the order of the file; they belong to the receiver until {@link #close}
 * @param metadata texts that came with a safetensors file
 */
public record WeightFile(Map<String, INDArray> arrays, Map<String, String> metadata) implements AutoCloseable {
    /** Copies the maps, not the arrays. */
    public WeightFile {
        arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * The effective weights of a network by {@code layer/parameter}, in the layouts of this library, with the library's version and the
     * proven Lipschitz bounds as metadata. Takes as long as an audit.
     */
    public static WeightFile of(CondensedNetwork network) {
        StoredAudit audit = StoredAudit.of(network);
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        network.weightNames().forEach(name -> arrays.put(name, network.weight(name)));
        return new WeightFile(
                arrays,
                Map.of(
                        "otnn.library", OtnnFile.library(),
                        "otnn.bound.logit", Double.toString(audit.logit()),
                        "otnn.bound.vector", Double.toString(audit.vector())));
    }

    /** Reads all arrays of a safetensors or npz file; its first bytes tell which it is. */
    public static WeightFile read(Path file) throws IOException {
        return read(file, name -> true);
    }

    /**
     * Reads some arrays.
     *
     * @param wanted names to read; what else the file holds may be of any type, and is checked but for its values
     * @throws ModelFormatException if the file is damaged, or holds arrays that are not supported
     * @throws IOException if it cannot be read
     */
    public static WeightFile read(Path file, Predicate<String> wanted) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "expected a safetensors or npz file");
        }
        try (ByteSource source = ByteSource.of(file)) {
            return read(file.toString(), source, wanted);
        }
    }

    /**
     * Reads bytes of such a file.
     *
     * @param bytes whole file. Not modified.
     * @throws ModelFormatException as for files
     */
    public static WeightFile fromBytes(byte[] bytes, Predicate<String> wanted) throws ModelFormatException {
        try {
            return read("weights", ByteSource.of(bytes), wanted);
        } catch (ModelFormatException refused) {
            throw refused;
        } catch (IOException cause) {
            throw new ModelFormatException("weights: " + cause.getMessage(), cause);
        }
    }

    private static WeightFile read(String name, ByteSource source, Predicate<String> wanted) throws IOException {
        try {
            byte[] start = new byte[(int) Math.min(2, source.length())];
            source.read(0, start, 0, start.length);
            boolean zip = start.length == 2 && start[0] == 'P' && start[1] == 'K';
            return zip ? new NpzReader(source).read(wanted) : new SafetensorsReader(source).read(wanted);
        } catch (EOFException shrunk) {
            throw new ModelFormatException(name + ": the file became shorter while it was read", shrunk);
        } catch (ModelFormatException | IllegalArgumentException | ArithmeticException refused) {
            throw new ModelFormatException(name + ": " + refused.getMessage(), refused);
        }
    }

    /**
     * Writes a safetensors file, whole or not at all; FLOAT as F32, DOUBLE as F64.
     *
     * @param file replaced if it is there; folders are created
     * @throws IllegalArgumentException if the format cannot hold a name or array
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(this);
        AtomicFile.write(file, writer::write);
    }

    /** Writes the same bytes to a stream, which stays open. */
    public void write(OutputStream out) throws IOException {
        new SafetensorsWriter(this).write(out);
    }

    /** Frees the memory of all arrays. */
    @Override
    public void close() {
        close(arrays);
    }

    static void close(Map<String, INDArray> arrays) {
        arrays.values().forEach(array -> {
            if (array.closeable()) {
                array.close();
            }
        });
    }

    /** Fills arrays from a file, and frees them if one of them cannot be read. */
    interface Filling {
        void into(Map<String, INDArray> arrays) throws IOException;
    }

    static Map<String, INDArray> filled(Filling filling) throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        boolean complete = false;
        try {
            filling.into(arrays);
            complete = true;
            return arrays;
        } finally {
            if (!complete) {
                close(arrays);
            }
        }
    }

    /** Reads consecutive bytes. */
    static ArrayBytes.Source<IOException> from(ByteSource source, long position) {
        long[] at = {position};
        return (bytes, from, length) -> {
            source.read(at[0], bytes, from, length);
            at[0] += length;
        };
    }
}
