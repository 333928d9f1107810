package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes safetensors as its own library does: wide types first, then by name; header without spaces but for those at its end, which
 * bring the values to a multiple of 8. Metadata are sorted by name.
 */
final class SafetensorsWriter {
    private final List<Map.Entry<String, INDArray>> arrays;
    private final byte[] header;

    SafetensorsWriter(WeightFile weights) {
        arrays = weights.arrays().entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, INDArray>>comparingInt(entry -> -width(entry))
                        .thenComparing(Map.Entry::getKey))
                .toList();
        Map<String, Object> json = new LinkedHashMap<>();
        if (!weights.metadata().isEmpty()) {
            json.put(SafetensorsReader.METADATA, weights.metadata());
        }
        long at = 0;
        for (Map.Entry<String, INDArray> entry : arrays) {
            INDArray array = entry.getValue();
            if (entry.getKey().equals(SafetensorsReader.METADATA)) {
                throw new IllegalArgumentException("safetensors: no array can be named '" + entry.getKey() + "'");
            }
            Map<String, Object> member = new LinkedHashMap<>();
            long end = at + array.length() * width(entry);
            member.put("dtype", array.dataType() == DataType.DOUBLE ? "F64" : "F32");
            member.put("shape", Arrays.stream(array.shape()).boxed().toList());
            member.put("data_offsets", List.of(at, end));
            json.put(entry.getKey(), member);
            at = end;
        }
        byte[] text = JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
        header = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(header, text.length, header.length, (byte) ' ');
        if (header.length > SafetensorsReader.HEADER_LIMIT) {
            throw new IllegalArgumentException("safetensors: expected names and metadata of at most "
                    + SafetensorsReader.HEADER_LIMIT + " bytes, got " + header.length);
        }
    }

    private static int width(Map.Entry<String, INDArray> entry) {
        INDArray array = entry.getValue();
        if (array.dataType() != DataType.FLOAT && array.dataType() != DataType.DOUBLE || array.isEmpty()) {
            throw new IllegalArgumentException("safetensors: array '" + entry.getKey()
                    + "': expected FLOAT or DOUBLE values, got " + array.dataType() + " "
                    + Arrays.toString(array.shape()));
        }
        return ArrayBytes.width(array.dataType());
    }

    void write(OutputStream out) throws IOException {
        out.write(ByteBuffer.allocate(SafetensorsReader.PREFIX)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (Map.Entry<String, INDArray> entry : arrays) {
            ArrayBytes.<IOException>read(entry.getValue(), out::write);
        }
    }
}
