package io.github.otnn.core.onnx;

import static io.github.otnn.core.onnx.OnnxNodes.text;
import static io.github.otnn.core.onnx.OnnxNodes.whole;
import static io.github.otnn.core.onnx.OnnxNodes.wholes;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.GraphTarget;
import io.github.otnn.core.graph.Operator;
import io.github.otnn.core.graph.Operator.Result;
import io.github.otnn.core.linalg.ConvolutionAxis;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes primitive operators in those of ONNX, opset 13. Images are stored channels first from the first operator to the last, as
 * convolutions of ONNX want them: between them no axis is moved, and a dense layer behind an image takes it as it is, with the rows of
 * its matrix reordered.
 */
final class OnnxGraph implements GraphTarget<OnnxValue> {
    private final OnnxNodes nodes;
    private final OnnxMoves moves;
    private final OnnxSettings.Layout layout;

    OnnxGraph(DataType type, OnnxSettings.Layout layout) {
        this.nodes = new OnnxNodes(type);
        this.moves = new OnnxMoves(nodes);
        this.layout = layout;
    }

    /** Declares the output, and gives the whole graph. */
    GraphProto finish(OnnxValue last) {
        OnnxValue value = moves.inOrder("output", last);
        Shape shape = value.shape();
        if (layout == OnnxSettings.Layout.CHANNELS_FIRST || shape.rank() == 1) {
            nodes.output("output", value.name(), OnnxValue.sizes(shape));
        } else {
            nodes.output("output", moves.toChannelsLast("output", value), shape.sizes());
        }
        return nodes.graph();
    }

    @Override
    public OnnxValue input(Shape shape) {
        if (layout == OnnxSettings.Layout.CHANNELS_FIRST || shape.rank() == 1) {
            return new OnnxValue(nodes.input("input", OnnxValue.sizes(shape)), shape);
        }
        return moves.fromChannelsLast("input", nodes.input("input", shape.sizes()), shape);
    }

    @Override
    public OnnxValue affine(Operator.Affine operator, OnnxValue x, Result result) {
        String label = result.label();
        String vectors = x.name();
        INDArray weight = operator.weight();
        if (x.flat()) {
            Shape image = x.stored();
            vectors = moves.reshaped(label, x.name(), image.length());
            long channels = image.channels();
            weight = weight.reshape('c', image.length() / channels, channels, weight.size(1))
                    .permute(1, 0, 2)
                    .reshape('c', image.length(), weight.size(1));
        }
        List<String> inputs = List.of(
                vectors, nodes.weight(label + ".weight", weight), nodes.weight(label + ".bias", operator.bias()));
        return new OnnxValue(nodes.add(label, "Gemm", inputs), result.shape());
    }

    @Override
    public OnnxValue convolution(Operator.Convolution operator, OnnxValue x, Result result) {
        String label = result.label();
        INDArray kernel = operator.kernel().permute(3, 2, 0, 1);
        List<String> inputs = List.of(
                x.name(), nodes.weight(label + ".kernel", kernel), nodes.weight(label + ".bias", operator.bias()));
        ConvolutionAxis rows = operator.rows();
        ConvolutionAxis columns = operator.columns();
        return value(
                result,
                "Conv",
                inputs,
                wholes("kernel_shape", rows.kernel(), columns.kernel()),
                wholes("strides", rows.stride(), columns.stride()),
                wholes("dilations", rows.dilation(), columns.dilation()),
                pads(rows, columns));
    }

    @Override
    public OnnxValue transposedConvolution(Operator.TransposedConvolution operator, OnnxValue x, Result result) {
        String label = result.label();
        INDArray bias = operator.bias();
        String kernel = nodes.weight(label + ".kernel", operator.kernel().permute(3, 2, 0, 1));
        ConvolutionAxis rows = operator.rows();
        ConvolutionAxis columns = operator.columns();
        return value(
                result,
                "ConvTranspose",
                bias == null
                        ? List.of(x.name(), kernel)
                        : List.of(x.name(), kernel, nodes.weight(label + ".bias", bias)),
                wholes("kernel_shape", rows.kernel(), columns.kernel()),
                wholes("strides", rows.stride(), columns.stride()),
                wholes("dilations", rows.dilation(), columns.dilation()),
                wholes(
                        "pads",
                        rows.before(),
                        columns.before(),
                        Math.max(0, dropped(rows)),
                        Math.max(0, dropped(columns))),
                wholes("output_padding", Math.max(0, -dropped(rows)), Math.max(0, -dropped(columns))));
    }

    /** How much of what the last window reaches lies behind the image; negative where the image goes on behind it. */
    private static long dropped(ConvolutionAxis axis) {
        long reach = (long) axis.dilation() * (axis.kernel() - 1) + 1;
        return (long) axis.stride() * (axis.windows() - 1) + reach - axis.before() - axis.size();
    }

    @Override
    public OnnxValue meanPool(Operator.MeanPool operator, OnnxValue x, Result result) {
        return pool("AveragePool", operator.rows(), operator.columns(), x, result);
    }

    @Override
    public OnnxValue maximumPool(Operator.MaximumPool operator, OnnxValue x, Result result) {
        return pool("MaxPool", operator.rows(), operator.columns(), x, result);
    }

    private OnnxValue pool(String operator, ConvolutionAxis rows, ConvolutionAxis columns, OnnxValue x, Result result) {
        return value(
                result,
                operator,
                List.of(x.name()),
                wholes("kernel_shape", rows.kernel(), columns.kernel()),
                wholes("strides", rows.stride(), columns.stride()),
                pads(rows, columns));
    }

    @Override
    public OnnxValue mean(Operator.Mean operator, OnnxValue x, Result result) {
        OnnxValue value = moves.inOrder(result.label(), x);
        long[] axes = operator.axes().stream()
                .mapToLong(axis -> OnnxValue.axis(value.shape(), axis))
                .sorted()
                .toArray();
        return value(result, "ReduceMean", List.of(value.name()), wholes("axes", axes), whole("keepdims", 1));
    }

    @Override
    public OnnxValue pairwise(Operator.Pairwise operator, OnnxValue a, OnnxValue b, Result result) {
        String first = moves.inOrder(result.label(), a).name();
        String second = moves.inOrder(result.label(), b).name();
        return value(result, operatorOf(operator.operation()), List.of(first, second));
    }

    @Override
    public OnnxValue withConstant(Operator.WithConstant operator, OnnxValue x, Result result) {
        OnnxValue value = moves.inOrder(result.label(), x);
        if (operator.operation() == Arithmetic.MAXIMUM && operator.constant().equals(List.of(0.0))) {
            return value(result, "Relu", List.of(value.name()));
        }
        double[] constant =
                operator.constant().stream().mapToDouble(Double::doubleValue).toArray();
        long[] sizes = new long[value.shape().rank()];
        Arrays.fill(sizes, 1);
        sizes[0] = constant.length;
        String name = nodes.numbers(result.label() + ".constant", constant, constant.length == 1 ? new long[0] : sizes);
        return value(result, operatorOf(operator.operation()), List.of(value.name(), name));
    }

    private static String operatorOf(Arithmetic operation) {
        return switch (operation) {
            case ADD -> "Add";
            case SUBTRACT -> "Sub";
            case MULTIPLY -> "Mul";
            case MINIMUM -> "Min";
            case MAXIMUM -> "Max";
        };
    }

    @Override
    public OnnxValue absolute(Operator.Absolute operator, OnnxValue x, Result result) {
        return value(result, "Abs", List.of(moves.inOrder(result.label(), x).name()));
    }

    @Override
    public OnnxValue squareRoot(Operator.SquareRoot operator, OnnxValue x, Result result) {
        return value(result, "Sqrt", List.of(moves.inOrder(result.label(), x).name()));
    }

    @Override
    public OnnxValue pad(Operator.Pad operator, OnnxValue x, Result result) {
        OnnxValue value = moves.inOrder(result.label(), x);
        int rank = value.shape().rank() + 1;
        long[] pads = new long[2 * rank];
        int axis = OnnxValue.axis(value.shape(), operator.axis());
        pads[axis] = operator.before();
        pads[rank + axis] = operator.after();
        return value(result, "Pad", List.of(value.name(), nodes.wholes(pads)), text("mode", "constant"));
    }

    @Override
    public OnnxValue slice(Operator.Slice operator, OnnxValue x, Result result) {
        OnnxValue value = moves.inOrder(result.label(), x);
        int axis = OnnxValue.axis(value.shape(), operator.axis());
        return new OnnxValue(
                moves.sliced(result.label(), value.name(), axis, operator.from(), operator.to()), result.shape());
    }

    @Override
    public OnnxValue concatenate(Operator.Concatenation operator, List<OnnxValue> parts, Result result) {
        List<String> names = parts.stream()
                .map(part -> moves.inOrder(result.label(), part).name())
                .toList();
        return value(result, "Concat", names, whole("axis", OnnxValue.axis(result.shape(), operator.axis())));
    }

    @Override
    public OnnxValue reshape(Operator.Reshaping operator, OnnxValue x, Result result) {
        String label = result.label();
        Shape from = x.stored();
        Shape to = result.shape();
        boolean sameChannels = !x.flat() && from.rank() > 1 && to.rank() > 1 && from.channels() == to.channels();
        if (OnnxValue.isInOrder(from) && OnnxValue.isInOrder(to) || sameChannels) {
            return new OnnxValue(moves.reshaped(label, x.name(), OnnxValue.sizes(to)), to);
        }
        if (to.rank() == 1) {
            return new OnnxValue(x.name(), from, true);
        }
        return moves.fromChannelsLast(label, moves.reshaped(label, moves.toChannelsLast(label, x), to.sizes()), to);
    }

    @Override
    public OnnxValue blocksToChannels(Operator.BlocksToChannels operator, OnnxValue x, Result result) {
        // DepthToSpace knows this order of channels, SpaceToDepth does not
        String label = result.label();
        long r = operator.block();
        Shape to = result.shape();
        String blocks = moves.reshaped(label, x.name(), x.stored().channels(), to.size(0), r, to.size(1), r);
        String moved = nodes.add(label, "Transpose", List.of(blocks), wholes("perm", 0, 1, 3, 5, 2, 4));
        return new OnnxValue(moves.reshaped(label, moved, OnnxValue.sizes(to)), to);
    }

    @Override
    public OnnxValue channelsToBlocks(Operator.ChannelsToBlocks operator, OnnxValue x, Result result) {
        return value(
                result, "DepthToSpace", List.of(x.name()), whole("blocksize", operator.block()), text("mode", "CRD"));
    }

    @Override
    public OnnxValue sort(Operator.Sort operator, OnnxValue x, Result result) {
        String label = result.label();
        OnnxValue value = moves.inOrder(label, x);
        long[] sizes = OnnxValue.sizes(result.shape());
        long size = operator.groupSize();
        long[] grouped = LongStream.concat(
                        LongStream.of(sizes[0] / size, size),
                        LongStream.of(sizes).skip(1))
                .toArray();
        String groups = moves.reshaped(label, value.name(), grouped);
        String sorted = size == 2 ? moves.sortedPairs(label, groups) : moves.sortedGroups(label, groups, size);
        return new OnnxValue(moves.reshaped(label, sorted, sizes), result.shape());
    }

    private OnnxValue value(Result result, String operator, List<String> inputs, AttributeProto... attributes) {
        return new OnnxValue(nodes.add(result.label(), operator, inputs, attributes), result.shape());
    }

    private static AttributeProto pads(ConvolutionAxis rows, ConvolutionAxis columns) {
        return wholes("pads", rows.before(), columns.before(), rows.after(), columns.after());
    }
}
