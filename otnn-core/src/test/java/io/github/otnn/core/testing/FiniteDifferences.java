package io.github.otnn.core.testing;

import io.github.otnn.core.tensor.Tensors;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Central differences in float64, the independent judge of every hand-written gradient. */
public final class FiniteDifferences {
    private static final double STEP = 1e-5;

    private FiniteDifferences() {}

    /**
     * Gradient of a scalar function by central differences.
     *
     * @param at DOUBLE array; each entry is moved and put back
     */
    public static INDArray gradient(ToDoubleFunction<INDArray> function, INDArray at) {
        double[] values = Tensors.toDoubles(at);
        double[] gradient = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double original = values[i];
            values[i] = original + STEP;
            double up = function.applyAsDouble(Tensors.of(DataType.DOUBLE, values, at.shape()));
            values[i] = original - STEP;
            double down = function.applyAsDouble(Tensors.of(DataType.DOUBLE, values, at.shape()));
            values[i] = original;
            gradient[i] = (up - down) / (2 * STEP);
        }
        return Tensors.of(DataType.DOUBLE, gradient, at.shape());
    }

    /** Standard normal values. */
    public static INDArray gaussian(DataType type, long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        int length = 1;
        for (long size : shape) {
            length = Math.toIntExact(length * size);
        }
        double[] values = random.doubles(length).toArray();
        for (int i = 0; i < length; i++) {
            values[i] = random.nextGaussian();
        }
        return Tensors.of(type, values, shape);
    }

    /** Sum of the products of two arrays of one shape. */
    public static double dot(INDArray a, INDArray b) {
        double[] x = Tensors.toDoubles(a);
        double[] y = Tensors.toDoubles(b);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
