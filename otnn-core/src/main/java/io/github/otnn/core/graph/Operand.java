package io.github.otnn.core.graph;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A value of a graph that is being written: {@code [batch, ...]}, where the batch may have any size. Shapes and axes here are those
 * of a sample, channels last, as everywhere in the library; negative axes count from the end. Every method writes an operator and
 * returns its result. Belongs to one thread.
 *
 * <p>{@code x.affine(weight, bias).combine(Arithmetic.MAXIMUM, 0)} is a dense layer with ReLU.
 */
public final class Operand {
    private final List<Node> written;
    private final Node node;
    private final String label;

    private Operand(List<Node> written, Node node, String label) {
        this.written = written;
        this.node = node;
        this.label = label;
    }

    static Operand input(Shape shape) {
        Node node = new Node(null, List.of(), new Operator.Result("input", shape));
        return new Operand(new ArrayList<>(List.of(node)), node, "input");
    }

    /** Shape of a sample. */
    public Shape shape() {
        return node.result().shape();
    }

    /** The same value; what is computed from it bears this name. */
    public Operand labelled(String name) {
        return new Operand(written, node, name);
    }

    /**
     * Product with a matrix: {@code x W + b}.
     *
     * @param weight {@code [in, out]}, x {@code [in]}
     * @param bias {@code [out]}
     */
    public Operand affine(INDArray weight, INDArray bias) {
        require(shape().rank() == 1 && shape().size(0) == weight.size(0), "affine", "[" + weight.size(0) + "]");
        return write(new Operator.Affine(weight, bias), Shape.of(weight.size(1)));
    }

    /**
     * Convolution of an image: {@code y[i, j, o] = sum over a, b, c of x[rows(i, a), columns(j, b), c] K[a, b, c, o] + b[o]}.
     *
     * @param kernel {@code [kH, kW, in, out]}, x {@code [height, width, in]}
     * @param bias {@code [out]}
     * @param rows where windows lie, and what is beyond the border
     * @param columns the same
     */
    public Operand convolution(INDArray kernel, INDArray bias, ConvolutionAxis rows, ConvolutionAxis columns) {
        requireImage("convolution", rows.size(), columns.size(), kernel.size(2));
        if (isCircular(rows) || isCircular(columns)) {
            return Borders.around(this, rows, columns)
                    .convolution(kernel, bias, Borders.framed(rows), Borders.framed(columns));
        }
        return write(
                new Operator.Convolution(kernel, bias, rows, columns),
                Shape.of(rows.windows(), columns.windows(), kernel.size(3)));
    }

    /**
     * The adjoint of a convolution, and a bias: from {@code [rows.windows, columns.windows, out]} to {@code [rows.size, columns.size,
     * in]}.
     *
     * @param kernel {@code [kH, kW, in, out]} of the convolution
     * @param bias {@code [in]}
     * @param rows of the convolution
     * @param columns of the convolution
     */
    public Operand transposedConvolution(
            INDArray kernel, INDArray bias, ConvolutionAxis rows, ConvolutionAxis columns) {
        requireImage("transposed convolution", rows.windows(), columns.windows(), kernel.size(3));
        if (isCircular(rows) || isCircular(columns)) {
            Operand framed = transposed(kernel, null, Borders.framed(rows), Borders.framed(columns));
            return Borders.addedBack(framed, rows, columns).combine(Arithmetic.ADD, Tensors.toDoubles(bias));
        }
        return transposed(kernel, bias, rows, columns);
    }

    private Operand transposed(
            INDArray kernel, @Nullable INDArray bias, ConvolutionAxis rows, ConvolutionAxis columns) {
        return write(
                new Operator.TransposedConvolution(kernel, bias, rows, columns),
                Shape.of(rows.size(), columns.size(), kernel.size(2)));
    }

    /** Mean of each window of an image, channel by channel; windows have no border and no dilation. */
    public Operand meanPool(ConvolutionAxis rows, ConvolutionAxis columns) {
        requireImage("mean pool", rows.size(), columns.size(), shape().channels());
        return write(
                new Operator.MeanPool(rows, columns), Shape.of(rows.windows(), columns.windows(), shape().channels()));
    }

    /** Largest value of each window of an image, channel by channel; what the border adds never wins. No dilation. */
    public Operand maximumPool(ConvolutionAxis rows, ConvolutionAxis columns) {
        requireImage("maximum pool", rows.size(), columns.size(), shape().channels());
        return write(
                new Operator.MaximumPool(rows, columns),
                Shape.of(rows.windows(), columns.windows(), shape().channels()));
    }

    /** Mean over some axes, whose sizes become 1. */
    public Operand mean(int... axes) {
        long[] sizes = shape().sizes();
        List<Integer> sorted =
                Arrays.stream(axes).map(this::axis).sorted().boxed().toList();
        sorted.forEach(axis -> sizes[axis] = 1);
        return write(new Operator.Mean(sorted), Shape.of(sizes));
    }

    /** Value by value with another operand of the same graph; an axis of size 1 serves all places of the other's. */
    public Operand combine(Arithmetic operation, Operand other) {
        long[] sizes = shape().sizes();
        long[] others = other.shape().sizes();
        boolean fit = sizes.length == others.length;
        for (int axis = 0; fit && axis < sizes.length; axis++) {
            fit = sizes[axis] == others[axis] || sizes[axis] == 1 || others[axis] == 1;
            sizes[axis] = Math.max(sizes[axis], others[axis]);
        }
        require(fit && other.written == written, "combine", other.shape() + " of the same graph");
        return write(new Operator.Pairwise(operation), Shape.of(sizes), List.of(node, other.node));
    }

    /**
     * Value by value with a constant.
     *
     * @param constant one number, or one a channel (last axis)
     */
    public Operand combine(Arithmetic operation, double... constant) {
        require(
                constant.length == 1 || constant.length == shape().channels(),
                "combine with a constant",
                constant.length + " channels");
        return write(
                new Operator.WithConstant(
                        operation, Arrays.stream(constant).boxed().toList()),
                shape());
    }

    /** {@code |x|}. */
    public Operand absolute() {
        return write(new Operator.Absolute(), shape());
    }

    /** {@code sqrt(x)} of values that are never negative; where a slope is asked for at 0, it is 0. */
    public Operand squareRoot() {
        return write(new Operator.SquareRoot(), shape());
    }

    /** Zeros before and after, along an axis. */
    public Operand pad(int axis, long before, long after) {
        long[] sizes = shape().sizes();
        sizes[axis(axis)] += before + after;
        return before + after == 0 ? this : write(new Operator.Pad(axis(axis), before, after), Shape.of(sizes));
    }

    /** The places {@code [from, to)} of an axis. */
    public Operand slice(int axis, long from, long to) {
        long[] sizes = shape().sizes();
        long size = sizes[axis(axis)];
        require(0 <= from && from < to && to <= size, "slice", "places [" + from + ", " + to + ") of axis " + axis);
        sizes[axis(axis)] = to - from;
        return to - from == size ? this : write(new Operator.Slice(axis(axis), from, to), Shape.of(sizes));
    }

    /** This value and others, one behind the other along an axis. */
    public Operand concatenate(int axis, List<Operand> others) {
        long[] sizes = shape().sizes();
        List<Node> nodes = new ArrayList<>(List.of(node));
        for (Operand other : others) {
            sizes[axis(axis)] += other.shape().size(axis);
            nodes.add(other.node);
        }
        for (Operand other : others) {
            long[] expected = sizes.clone();
            expected[axis(axis)] = other.shape().size(axis);
            other.require(
                    other.written == written && other.shape().equals(Shape.of(expected)),
                    "concatenate",
                    Shape.of(expected) + " of the same graph");
        }
        return others.isEmpty() ? this : write(new Operator.Concatenation(axis(axis)), Shape.of(sizes), nodes);
    }

    /** Another shape; values stay in the order row, column, channel. */
    public Operand reshape(Shape shape) {
        require(shape.length() == shape().length(), "reshape", shape.length() + " values");
        return shape.equals(shape()) ? this : write(new Operator.Reshaping(), shape);
    }

    /** Blocks of pixels become channels: {@code y[i, j, c r r + a r + b] = x[i r + a, j r + b, c]}. */
    public Operand blocksToChannels(int block) {
        Shape shape = shape();
        require(
                shape.rank() == 3 && shape.size(0) % block == 0 && shape.size(1) % block == 0,
                "blocks to channels",
                "an image with sides that " + block + " divides");
        return write(
                new Operator.BlocksToChannels(block),
                Shape.of(shape.size(0) / block, shape.size(1) / block, shape.channels() * block * block));
    }

    /** Channels become blocks of pixels: {@code y[i r + a, j r + b, c] = x[i, j, c r r + a r + b]}. */
    public Operand channelsToBlocks(int block) {
        Shape shape = shape();
        require(
                shape.rank() == 3 && shape.channels() % ((long) block * block) == 0,
                "channels to blocks",
                "an image with channels that the square of " + block + " divides");
        return write(
                new Operator.ChannelsToBlocks(block),
                Shape.of(shape.size(0) * block, shape.size(1) * block, shape.channels() / block / block));
    }

    /** Sorts each group of adjacent channels in ascending order. */
    public Operand sort(int groupSize) {
        require(shape().channels() % groupSize == 0, "sort", "channels that " + groupSize + " divides");
        return groupSize == 1 ? this : write(new Operator.Sort(groupSize), shape());
    }

    Node node() {
        return node;
    }

    /** The input, then every operator, in the order of writing. */
    List<Node> written() {
        return written;
    }

    private int axis(int axis) {
        int rank = shape().rank();
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("graph: axis " + axis + " is outside a sample of shape " + shape());
        }
        return axis < 0 ? rank + axis : axis;
    }

    private Operand write(Operator operator, Shape shape) {
        return write(operator, shape, List.of(node));
    }

    private Operand write(Operator operator, Shape shape, List<Node> inputs) {
        Node result = new Node(operator, inputs, new Operator.Result(label, shape));
        written.add(result);
        return new Operand(written, result, label);
    }

    private void requireImage(String operator, long height, long width, long channels) {
        require(
                shape().equals(Shape.of(height, width, channels)),
                operator,
                "[" + height + ", " + width + ", " + channels + "]");
    }

    private void require(boolean fits, String operator, String expected) {
        if (!fits) {
            throw new ShapeMismatchException("'" + label + "', operator " + operator, expected, shape().toString());
        }
    }

    private static boolean isCircular(ConvolutionAxis axis) {
        return axis.border() == ConvolutionAxis.Border.CIRCULAR;
    }
}
