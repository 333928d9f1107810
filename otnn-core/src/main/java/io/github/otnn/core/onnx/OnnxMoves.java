package io.github.otnn.core.onnx;

import static io.github.otnn.core.onnx.OnnxNodes.whole;
import static io.github.otnn.core.onnx.OnnxNodes.wholes;

import io.github.otnn.core.Shape;
import java.util.List;
import java.util.stream.LongStream;

/** Gives values other shapes and orders. */
record OnnxMoves(OnnxNodes nodes) {
    String reshaped(String label, String value, long... sizes) {
        // 0 takes the size of the batch as it is
        long[] withBatch =
                LongStream.concat(LongStream.of(0), LongStream.of(sizes)).toArray();
        return nodes.add(label, "Reshape", List.of(value, nodes.wholes(withBatch)));
    }

    String sliced(String label, String value, int axis, long from, long to) {
        return nodes.add(label, "Slice", List.of(value, nodes.wholes(from), nodes.wholes(to), nodes.wholes(axis)));
    }

    /** Values {@code [batch, groups, 2, ...]}: pairs are two planes, so no sort is needed for their minimum and maximum. */
    String sortedPairs(String label, String pairs) {
        List<String> parts = nodes.add(label, "Split", 2, List.of(pairs), whole("axis", 2));
        String smaller = nodes.add(label, "Min", parts);
        String larger = nodes.add(label, "Max", parts);
        return nodes.add(label, "Concat", List.of(smaller, larger), whole("axis", 2));
    }

    /** Values {@code [batch, groups, size, ...]}. */
    String sortedGroups(String label, String groups, long size) {
        List<String> inputs = List.of(groups, nodes.wholes(size));
        return nodes.add(label, "TopK", 2, inputs, whole("axis", 2), whole("largest", 0), whole("sorted", 1))
                .get(0);
    }

    /** The value with its vectors really in the order row, column, channel. */
    OnnxValue inOrder(String label, OnnxValue value) {
        return value.flat()
                ? new OnnxValue(
                        reshaped(
                                label,
                                toChannelsLast(label, value),
                                value.stored().length()),
                        value.shape())
                : value;
    }

    String toChannelsLast(String label, OnnxValue value) {
        Shape shape = value.stored();
        if (OnnxValue.isInOrder(shape)) {
            return shape.rank() == 1 ? value.name() : reshaped(label, value.name(), shape.sizes());
        }
        return nodes.add(label, "Transpose", List.of(value.name()), wholes("perm", OnnxValue.channelsLast(shape)));
    }

    OnnxValue fromChannelsLast(String label, String value, Shape shape) {
        String moved = OnnxValue.isInOrder(shape)
                ? reshaped(label, value, OnnxValue.sizes(shape))
                : nodes.add(label, "Transpose", List.of(value), wholes("perm", OnnxValue.channelsFirst(shape)));
        return new OnnxValue(moved, shape);
    }
}
