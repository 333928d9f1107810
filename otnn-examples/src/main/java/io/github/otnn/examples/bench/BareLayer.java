package io.github.otnn.examples.bench;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The operations of one layer, without anything around them. */
interface BareLayer {
    /** The output. */
    void forward();

    /** Gradient of the weight, and of the input unless the layer is the first. */
    void gradients();

    /** Gradient of the input alone. */
    void inputGradient();

    /** Memory of the output: the input of the next layer, if nothing that changes shapes is between them. */
    INDArray y();

    /** Memory of the output's gradient. */
    INDArray dy();

    /** Memory of the layer before where it has the shape, as in a network; else memory of its own with random values. */
    static INDArray shared(@Nullable BareLayer before, Function<BareLayer, INDArray> memory, long... shape) {
        return before != null && Arrays.equals(memory.apply(before).shape(), shape)
                ? memory.apply(before)
                : OperatorFloor.noise(shape);
    }
}
