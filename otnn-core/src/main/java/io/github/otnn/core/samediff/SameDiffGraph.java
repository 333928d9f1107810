package io.github.otnn.core.samediff;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.GraphTarget;
import io.github.otnn.core.graph.Operator;
import io.github.otnn.core.graph.Operator.Result;
import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/**
 * Writes primitive operators in those of SameDiff, channels last. Kernels are {@code [kH, kW, in, out]}: with the other order its
 * gradient fails.
 *
 * <p>Before each call SameDiff searches for what has to be computed, breadth first from the output, and does not notice that a value
 * is in its queue already: where two ways of one length lead to a value, all before it is searched twice, and in a chain of such
 * places 2^n times. So there is one way through an operator, or ways of different length.
 */
final class SameDiffGraph implements GraphTarget<SDVariable> {
    /** Below this a root stays what it is here, with slope 0. */
    private static final double ZERO_SQUARE = 1e-24;

    private final SameDiff graph;
    private final DataType type;
    private final Frames frames;

    SameDiffGraph(SameDiff graph, DataType type) {
        this.graph = graph;
        this.type = type;
        this.frames = new Frames(graph);
    }

    @Override
    public SDVariable input(Shape shape) {
        return graph.placeHolder(SameDiffExport.INPUT, type, shape.batch(-1));
    }

    @Override
    public SDVariable affine(Operator.Affine operator, SDVariable x, Result result) {
        INDArray weight = operator.weight();
        // the gradient of products of single numbers fails
        SDVariable product = weight.length() == 1 ? x.mul(copy(weight)) : graph.mmul(x, copy(weight));
        return product.add(copy(operator.bias().reshape('c', 1, operator.bias().length())));
    }

    @Override
    public SDVariable convolution(Operator.Convolution operator, SDVariable x, Result result) {
        ConvolutionAxis rows = operator.rows();
        ConvolutionAxis columns = operator.columns();
        INDArray kernel = PlainKernels.spread(operator.kernel(), rows.dilation(), columns.dilation());
        SDVariable framed = frames.framed(x, frame(rows), frame(columns));
        Conv2DConfig configuration = configuration(kernel, rows.stride(), columns.stride());
        return graph.cnn().conv2d(framed, graph.constant(kernel), copy(operator.bias()), configuration);
    }

    private static Frames.Frame frame(ConvolutionAxis axis) {
        return new Frames.Frame(axis.before(), axis.size(), axis.before() + axis.size() + axis.after());
    }

    /** Zeros between the values of x, then a convolution with the turned kernel. */
    @Override
    public SDVariable transposedConvolution(Operator.TransposedConvolution operator, SDVariable x, Result result) {
        ConvolutionAxis rows = operator.rows();
        ConvolutionAxis columns = operator.columns();
        INDArray kernel = PlainKernels.turned(operator.kernel(), rows.dilation(), columns.dilation());
        SDVariable spread = frames.spread(x, rows, columns, operator.kernel().size(3));
        SDVariable framed =
                frames.framed(spread, frameOfSpread(rows, kernel.size(0)), frameOfSpread(columns, kernel.size(1)));
        SDVariable map = graph.cnn().conv2d(framed, graph.constant(kernel), configuration(kernel, 1, 1));
        INDArray bias = operator.bias();
        return bias == null ? map : map.add(copy(bias.reshape('c', 1, 1, 1, bias.length())));
    }

    /** As large as a kernel of this reach needs for an image of the size before the convolution. */
    private static Frames.Frame frameOfSpread(ConvolutionAxis axis, long reach) {
        return new Frames.Frame(
                Math.toIntExact(reach - 1 - axis.before()),
                axis.windows() * axis.stride(),
                Math.toIntExact(axis.size() + reach - 1));
    }

    private static Conv2DConfig configuration(INDArray kernel, int rowStride, int columnStride) {
        return Conv2DConfig.builder()
                .kH(kernel.size(0))
                .kW(kernel.size(1))
                .sH(rowStride)
                .sW(columnStride)
                .pH(0)
                .pW(0)
                .dH(1)
                .dW(1)
                .paddingMode(PaddingMode.VALID)
                .dataFormat(Conv2DConfig.NHWC)
                .weightsFormat(WeightsFormat.YXIO)
                .build();
    }

    @Override
    public SDVariable meanPool(Operator.MeanPool operator, SDVariable x, Result result) {
        return graph.cnn().avgPooling2d(x, configuration(operator.rows(), operator.columns()));
    }

    @Override
    public SDVariable maximumPool(Operator.MaximumPool operator, SDVariable x, Result result) {
        return graph.cnn().maxPooling2d(x, configuration(operator.rows(), operator.columns()));
    }

    private static Pooling2DConfig configuration(ConvolutionAxis rows, ConvolutionAxis columns) {
        return Pooling2DConfig.builder()
                .kH(rows.kernel())
                .kW(columns.kernel())
                .sH(rows.stride())
                .sW(columns.stride())
                .pH(rows.before())
                .pW(columns.before())
                .dH(1)
                .dW(1)
                .extra(1)
                .isNHWC(true)
                .build();
    }

    @Override
    public SDVariable mean(Operator.Mean operator, SDVariable x, Result result) {
        int[] axes = operator.axes().stream().mapToInt(axis -> axis + 1).toArray();
        return x.mean(true, axes);
    }

    @Override
    public SDVariable pairwise(Operator.Pairwise operator, SDVariable a, SDVariable b, Result result) {
        return combined(operator.operation(), a, b);
    }

    @Override
    public SDVariable withConstant(Operator.WithConstant operator, SDVariable x, Result result) {
        double[] values =
                operator.constant().stream().mapToDouble(Double::doubleValue).toArray();
        return combined(operator.operation(), x, constant(values, result.shape().rank()));
    }

    private SDVariable combined(Arithmetic operation, SDVariable a, SDVariable b) {
        return switch (operation) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.sub(b);
            case MULTIPLY -> a == b ? graph.math().square(a) : a.mul(b);
            case MINIMUM -> graph.min(a, b);
            case MAXIMUM -> graph.max(a, b);
        };
    }

    @Override
    public SDVariable absolute(Operator.Absolute operator, SDVariable x, Result result) {
        return graph.math().abs(x);
    }

    @Override
    public SDVariable squareRoot(Operator.SquareRoot operator, SDVariable x, Result result) {
        return graph.math()
                .sqrt(graph.max(
                        x, constant(new double[] {ZERO_SQUARE}, result.shape().rank())));
    }

    @Override
    public SDVariable pad(Operator.Pad operator, SDVariable x, Result result) {
        int rank = result.shape().rank() + 1;
        int[] before = new int[rank];
        int[] after = new int[rank];
        before[operator.axis() + 1] = Math.toIntExact(operator.before());
        after[operator.axis() + 1] = Math.toIntExact(operator.after());
        return frames.padded(x, before, after);
    }

    @Override
    public SDVariable slice(Operator.Slice operator, SDVariable x, Result result) {
        // several slices of one value: ways of different length to it
        SDVariable source = operator.from() == 0 ? x : graph.identity(graph.identity(x));
        int rank = result.shape().rank() + 1;
        int[] from = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, Frames.ALL);
        from[operator.axis() + 1] = Math.toIntExact(operator.from());
        sizes[operator.axis() + 1] = Math.toIntExact(operator.to() - operator.from());
        return graph.slice(source, from, sizes);
    }

    @Override
    public SDVariable concatenate(Operator.Concatenation operator, List<SDVariable> parts, Result result) {
        return graph.concat(operator.axis() + 1, parts.toArray(SDVariable[]::new));
    }

    @Override
    public SDVariable reshape(Operator.Reshaping operator, SDVariable x, Result result) {
        return graph.reshape(x, result.shape().batch(-1));
    }

    @Override
    public SDVariable blocksToChannels(Operator.BlocksToChannels operator, SDVariable x, Result result) {
        Shape to = result.shape();
        long r = operator.block();
        SDVariable blocks = graph.reshape(x, -1, to.size(0), r, to.size(1), r, to.channels() / r / r);
        return graph.reshape(graph.permute(blocks, 0, 1, 3, 5, 2, 4), to.batch(-1));
    }

    @Override
    public SDVariable channelsToBlocks(Operator.ChannelsToBlocks operator, SDVariable x, Result result) {
        Shape to = result.shape();
        long r = operator.block();
        SDVariable blocks = graph.reshape(x, -1, to.size(0) / r, to.size(1) / r, to.channels(), r, r);
        return graph.reshape(graph.permute(blocks, 0, 1, 4, 2, 5, 3), to.batch(-1));
    }

    @Override
    public SDVariable sort(Operator.Sort operator, SDVariable x, Result result) {
        int size = operator.groupSize();
        SDVariable sorted = size == 2 ? sortedPairs(x) : sortedGroups(x, size);
        return graph.reshape(sorted, result.shape().batch(-1));
    }

    /** (min, max)(a, b) = ((a + b) - |b - a|, (a + b) + |b - a|) / 2. */
    private SDVariable sortedPairs(SDVariable x) {
        SDVariable pairs = graph.reshape(x, -1, 2);
        SDVariable means = graph.mmul(pairs, graph.constant(Tensors.of(type, new double[] {0.5, 0.5, 0.5, 0.5}, 2, 2)));
        SDVariable difference = graph.mmul(pairs, graph.constant(Tensors.of(type, new double[] {-0.5, 0.5}, 2, 1)));
        SDVariable sides = graph.constant(Tensors.of(type, new double[] {-1, 1}, 1, 2));
        return means.add(graph.math().abs(difference).mul(sides));
    }

    private SDVariable mask(SDVariable condition) {
        return condition.castTo(type);
    }

    /** A value's place is the number of those below it, and of equal ones before it; SameDiff's own top_k gives one value only. */
    private SDVariable sortedGroups(SDVariable x, int size) {
        SDVariable column = graph.reshape(x, -1, size, 1);
        SDVariable row = graph.reshape(x, -1, 1, size);
        double[] before = new double[size * size];
        double[] places = new double[size];
        for (int i = 0; i < size; i++) {
            places[i] = i;
            Arrays.fill(before, i * size, i * size + i, 1);
        }
        SDVariable equalBefore = mask(column.eq(row)).mul(graph.constant(Tensors.of(type, before, 1, size, size)));
        SDVariable place = mask(column.gt(row)).add(equalBefore).sum(2);
        SDVariable wanted = graph.constant(Tensors.of(type, places, 1, size, 1));
        return graph.mmul(mask(graph.reshape(place, -1, 1, size).eq(wanted)), column);
    }

    private SDVariable constant(double[] values, int sampleRank) {
        long[] shape = new long[sampleRank + 1];
        Arrays.fill(shape, 1);
        shape[sampleRank] = values.length;
        return graph.constant(Tensors.of(type, values, shape));
    }

    private SDVariable copy(INDArray array) {
        return graph.constant(array.dup('c'));
    }
}
