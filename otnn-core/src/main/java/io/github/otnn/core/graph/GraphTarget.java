package io.github.otnn.core.graph;

import io.github.otnn.core.Shape;
import io.github.otnn.core.graph.Operator.Result;
import java.util.List;

/**
 * A format that graphs are written in: one method for each operator. {@link Graph#writeTo} calls them in an order in which every
 * operand is there before it is used.
 *
 * @param <V> what a value is in that format
 */
public interface GraphTarget<V> {
    /** The input, {@code [batch, ...]}, channels last. */
    V input(Shape shape);

    /** {@link Operand#affine}. */
    V affine(Operator.Affine operator, V x, Result result);

    /** {@link Operand#convolution}. */
    V convolution(Operator.Convolution operator, V x, Result result);

    /** {@link Operand#transposedConvolution}. */
    V transposedConvolution(Operator.TransposedConvolution operator, V x, Result result);

    /** {@link Operand#meanPool}. */
    V meanPool(Operator.MeanPool operator, V x, Result result);

    /** {@link Operand#maximumPool}. */
    V maximumPool(Operator.MaximumPool operator, V x, Result result);

    /** {@link Operand#mean}. */
    V mean(Operator.Mean operator, V x, Result result);

    /** {@link Operand#combine(Arithmetic, Operand)}. */
    V pairwise(Operator.Pairwise operator, V a, V b, Result result);

    /** {@link Operand#combine(Arithmetic, double...)}. */
    V withConstant(Operator.WithConstant operator, V x, Result result);

    /** {@link Operand#absolute}. */
    V absolute(Operator.Absolute operator, V x, Result result);

    /** {@link Operand#squareRoot}. */
    V squareRoot(Operator.SquareRoot operator, V x, Result result);

    /** {@link Operand#pad}. */
    V pad(Operator.Pad operator, V x, Result result);

    /** {@link Operand#slice}. */
    V slice(Operator.Slice operator, V x, Result result);

    /** {@link Operand#concatenate}. */
    V concatenate(Operator.Concatenation operator, List<V> parts, Result result);

    /** {@link Operand#reshape}. */
    V reshape(Operator.Reshaping operator, V x, Result result);

    /** {@link Operand#blocksToChannels}. */
    V blocksToChannels(Operator.BlocksToChannels operator, V x, Result result);

    /** {@link Operand#channelsToBlocks}. */
    V channelsToBlocks(Operator.ChannelsToBlocks operator, V x, Result result);

    /** {@link Operand#sort}. */
    V sort(Operator.Sort operator, V x, Result result);
}
