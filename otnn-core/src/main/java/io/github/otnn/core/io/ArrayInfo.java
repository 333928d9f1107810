package io.github.otnn.core.io;

import io.github.otnn.core.tensor.ArrayBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a description says of one array.
 *
 * @param name within the file, such as {@code conv1/kernel}
 * @param type FLOAT or DOUBLE
 * @param shape axis sizes
 * @param digest SHA-256 of its entry
 */
record ArrayInfo(String name, DataType type, List<Long> shape, String digest) {
    private static final int RANK_LIMIT = 8;

    long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    String entryName() {
        return Archive.FOLDER + name + ".npy";
    }

    /** Bytes of the entry: numpy's header and the values. */
    long entryLength() {
        return Archive.npyHeader(type, sizes()).length
                + Arrays.stream(sizes()).reduce(ArrayBytes.width(type), Math::multiplyExact);
    }

    static Map<String, Object> toJson(ArrayInfo info) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", info.name);
        json.put("type", info.type.name());
        json.put("shape", info.shape);
        json.put("sha256", info.digest);
        return json;
    }

    /** All arrays of a description, with names and sizes that a file can hold. */
    static List<ArrayInfo> listFrom(Fields description) throws ModelFormatException {
        List<ArrayInfo> infos = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<?> list = description.list("arrays");
        if (list.size() > Archive.ARRAY_LIMIT) {
            throw new ModelFormatException("arrays: expected at most " + Archive.ARRAY_LIMIT + ", got " + list.size());
        }
        for (Object each : list) {
            String where = "arrays[" + infos.size() + "]";
            ArrayInfo info = from(Fields.of(where, each));
            if (!names.add(info.name)) {
                throw new ModelFormatException(where + ": name '" + info.name + "' is used twice");
            }
            infos.add(info);
        }
        return infos;
    }

    private static ArrayInfo from(Fields fields) throws ModelFormatException {
        String name = requireName(fields.text("name"));
        DataType type = typeFrom(fields);
        List<Long> shape = new ArrayList<>();
        double length = 1;
        for (long size : fields.wholes("shape")) {
            length *= size;
            shape.add(size);
            if (size < 1 || length > Integer.MAX_VALUE || shape.size() > RANK_LIMIT) {
                throw new ModelFormatException(fields.place("shape") + ": expected 1 to " + RANK_LIMIT
                        + " sizes >= 1 and fewer than 2^31 values in all, got " + fields.list("shape"));
            }
        }
        if (shape.isEmpty()) {
            throw new ModelFormatException(fields.place("shape") + ": expected at least one size, got none");
        }
        String digest = fields.text("sha256");
        fields.requireNoOthers();
        return new ArrayInfo(name, type, List.copyOf(shape), digest);
    }

    static DataType typeFrom(Fields fields) throws ModelFormatException {
        String type = fields.text("type");
        if (!type.equals("FLOAT") && !type.equals("DOUBLE")) {
            throw new ModelFormatException(fields.place("type") + ": expected FLOAT or DOUBLE, got '" + type + "'");
        }
        return DataType.valueOf(type);
    }

    /** Names are no paths, but numpy and zip tools may use them as such: nothing that leads out of a folder. */
    static String requireName(String name) throws ModelFormatException {
        if (name.length() > 500 || !name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")) {
            throw new ModelFormatException(
                    "array name: expected letters, digits, '_', '-', '.' and '/', got " + Fields.describe(name));
        }
        return name;
    }
}
