package io.github.otnn.core.graph;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.ConvolutionAxis;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A primitive operator with its constants. Axes are those of a sample, the batch not counted, channels last; {@link Operand} has
 * the formulas and checks the shapes. Arrays are not to be modified.
 */
public sealed interface Operator {
    /**
     * Hands this operator to the method of the target that is made for it.
     *
     * @param inputs what the target made of the inputs
     */
    <V> V write(List<V> inputs, Result result, GraphTarget<V> target);

    /**
     * Where a result belongs.
     *
     * @param label name of the layer that it is computed for
     * @param shape of a sample
     */
    record Result(String label, Shape shape) {}

    /** {@link Operand#affine}. */
    record Affine(INDArray weight, INDArray bias) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.affine(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#convolution}; borders hold zeros. */
    record Convolution(INDArray kernel, INDArray bias, ConvolutionAxis rows, ConvolutionAxis columns)
            implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.convolution(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#transposedConvolution}; what falls on the borders is dropped. */
    record TransposedConvolution(
            INDArray kernel, @Nullable INDArray bias, ConvolutionAxis rows, ConvolutionAxis columns)
            implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.transposedConvolution(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#meanPool}: no border. */
    record MeanPool(ConvolutionAxis rows, ConvolutionAxis columns) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.meanPool(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#maximumPool}: what the border adds never wins. */
    record MaximumPool(ConvolutionAxis rows, ConvolutionAxis columns) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.maximumPool(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#mean}; axes ascend, their sizes become 1. */
    record Mean(List<Integer> axes) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.mean(this, inputs.get(0), result);
        }
    }

    /** Two operands, value by value; an axis of size 1 serves all places of the other's. */
    record Pairwise(Arithmetic operation) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.pairwise(this, inputs.get(0), inputs.get(1), result);
        }
    }

    /** An operand and a constant: one number, or one a channel. */
    record WithConstant(Arithmetic operation, List<Double> constant) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.withConstant(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#absolute}. */
    record Absolute() implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.absolute(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#squareRoot}. */
    record SquareRoot() implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.squareRoot(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#pad}. */
    record Pad(int axis, long before, long after) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.pad(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#slice}. */
    record Slice(int axis, long from, long to) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.slice(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#concatenate}. */
    record Concatenation(int axis) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.concatenate(this, inputs, result);
        }
    }

    /** {@link Operand#reshape}. */
    record Reshaping() implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.reshape(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#blocksToChannels}. */
    record BlocksToChannels(int block) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.blocksToChannels(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#channelsToBlocks}. */
    record ChannelsToBlocks(int block) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.channelsToBlocks(this, inputs.get(0), result);
        }
    }

    /** {@link Operand#sort}. */
    record Sort(int groupSize) implements Operator {
        @Override
        public <V> V write(List<V> inputs, Result result, GraphTarget<V> target) {
            return target.sort(this, inputs.get(0), result);
        }
    }
}
