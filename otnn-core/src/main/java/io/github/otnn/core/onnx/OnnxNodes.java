package io.github.otnn.core.onnx;

import io.github.otnn.core.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/** Nodes and constants of an ONNX graph as they are written, with names that are unique and the same for every export. */
final class OnnxNodes {
    private static final String BATCH = "batch";

    /** A protobuf message has less than 2 GiB; this leaves room for all but the weights. */
    private static final long MOST_WEIGHT_BYTES = Integer.MAX_VALUE - (1L << 26);

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("otnn");
    private final DataType type;
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> wholeNumbers = new HashMap<>();
    private long weightBytes;

    OnnxNodes(DataType type) {
        this.type = type;
    }

    /** Declares the input of the graph, as {@code [batch, sizes...]}. */
    String input(String name, long[] sizes) {
        graph.addInput(declaration(unique(name), sizes));
        return name;
    }

    /** Declares a value as the output of the graph. */
    void output(String name, String value, long[] sizes) {
        // a name of its own, whatever the value is: runtimes drop the node
        graph.addOutput(declaration(unique(name), sizes));
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType("Identity")
                .addInput(value)
                .addOutput(name));
    }

    /** The finished graph. */
    GraphProto graph() {
        return graph.build();
    }

    /** Adds a node with one output, and gives the name of that. */
    String add(String label, String operator, List<String> inputs, AttributeProto... attributes) {
        return add(label, operator, 1, inputs, attributes).get(0);
    }

    /** Adds a node, and gives the names of its outputs. */
    List<String> add(String label, String operator, int outputs, List<String> inputs, AttributeProto... attributes) {
        String name = unique(label + "/" + operator);
        List<String> results = outputs == 1
                ? List.of(name)
                : IntStream.range(0, outputs).mapToObj(i -> name + ":" + i).toList();
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllOutput(results)
                .addAllAttribute(Arrays.asList(attributes)));
        return results;
    }

    /** Adds a constant of the network's type, in the order in which the array counts its values. */
    String weight(String name, INDArray array) {
        ByteBuffer bytes = bytes(array.length(), type == DataType.DOUBLE ? Double.BYTES : Float.BYTES);
        if (type == DataType.DOUBLE) {
            bytes.asDoubleBuffer().put(Tensors.toDoubles(array));
        } else {
            bytes.asFloatBuffer().put(Tensors.toFloats(array));
        }
        return constant(unique(name), elementType(), bytes, array.shape());
    }

    /** Adds a constant of the network's type. */
    String numbers(String name, double[] values, long... sizes) {
        ByteBuffer bytes = bytes(values.length, type == DataType.DOUBLE ? Double.BYTES : Float.BYTES);
        for (double value : values) {
            if (type == DataType.DOUBLE) {
                bytes.putDouble(value);
            } else {
                bytes.putFloat((float) value);
            }
        }
        return constant(unique(name), elementType(), bytes.rewind(), sizes);
    }

    /** A constant vector of whole numbers, such as a shape; one for all who ask for the same. */
    String wholes(long... values) {
        String name = Arrays.stream(values).mapToObj(Long::toString).collect(Collectors.joining("_", "int64_", ""));
        return wholeNumbers.computeIfAbsent(name, key -> {
            ByteBuffer bytes = bytes(values.length, Long.BYTES);
            bytes.asLongBuffer().put(values);
            return constant(unique(key), TensorProto.DataType.INT64, bytes, values.length);
        });
    }

    static AttributeProto whole(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto wholes(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(org.nd4j.shade.protobuf.ByteString.copyFromUtf8(value))
                .build();
    }

    private String unique(String name) {
        String candidate = name;
        for (int i = 2; !names.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    private ByteBuffer bytes(long count, int each) {
        weightBytes += count * each;
        if (weightBytes > MOST_WEIGHT_BYTES) {
            throw new IllegalArgumentException("ONNX export: expected at most " + MOST_WEIGHT_BYTES
                    + " bytes of weights, which is what fits in one ONNX file, got more than " + weightBytes);
        }
        return ByteBuffer.allocate(Math.toIntExact(count * each)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constant(String name, TensorProto.DataType element, ByteBuffer bytes, long... sizes) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(element.getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
        for (long size : sizes) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private ValueInfoProto declaration(String name, long[] sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
        for (long size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(elementType().getNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private TensorProto.DataType elementType() {
        return type == DataType.DOUBLE ? TensorProto.DataType.DOUBLE : TensorProto.DataType.FLOAT;
    }
}
