package io.github.otnn.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.otnn.core.tensor.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A node of a golden file: reference values in float64. Arrays are objects with {@code shape} and flat {@code data}. */
public record Golden(JsonNode node) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads {@code golden/<name>} from the test resources of the calling class's module. */
    public static Golden read(Class<?> caller, String name) {
        try (InputStream stream = caller.getResourceAsStream("/golden/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("no golden file " + name + " in the test resources");
            }
            return new Golden(JSON.readTree(stream));
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    /** Child by name. */
    public Golden get(String name) {
        JsonNode child = node.get(name);
        if (child == null) {
            throw new IllegalStateException("golden node has no '" + name + "'");
        }
        return new Golden(child);
    }

    /** Whether there is a child of this name that is not null. */
    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Elements of a list. */
    public Stream<Golden> elements() {
        return StreamSupport.stream(node.spliterator(), false).map(Golden::new);
    }

    /** Element of a list whose {@code name} is this. */
    public Golden named(String name) {
        return elements()
                .filter(element -> element.get("name").text().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("golden list has no element named " + name));
    }

    /** Names of the children. */
    public Stream<String> names() {
        Iterable<String> names = node::fieldNames;
        return StreamSupport.stream(names.spliterator(), false);
    }

    /** Text value. */
    public String text() {
        return node.asText();
    }

    /** Number. */
    public double number() {
        return node.asDouble();
    }

    /** Integer. */
    public int integer() {
        return node.asInt();
    }

    /** Values of an array object, or of a plain list, in C order. */
    public double[] values() {
        JsonNode data = node.isArray() ? node : node.get("data");
        double[] values = new double[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i).asDouble();
        }
        return values;
    }

    /** Integer values of an array object, or of a plain list. */
    public int[] integers() {
        double[] values = values();
        int[] integers = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = (int) values[i];
        }
        return integers;
    }

    /** Shape of an array object. */
    public long[] shape() {
        JsonNode sizes = node.get("shape");
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong();
        }
        return shape;
    }

    /** The array object as a tensor of this type. */
    public INDArray array(DataType type) {
        return Tensors.of(type, values(), shape());
    }

    /** Names for parameterised tests. */
    @Override
    public String toString() {
        return node.hasNonNull("name")
                ? node.get("name").asText()
                : node.getNodeType().toString();
    }
}
