package io.github.otnn.xai;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What stands where something was taken away. Maps depend on it: black is an absence only where inputs are dark by default.
 * Implementations are immutable and thread-safe.
 */
public interface Baseline {
    /**
     * Baseline of one sample.
     *
     * @param sample the sample's values in C order. Not modified.
     * @param shape axis sizes of a sample, without the batch axis. Not modified.
     * @return as many values as the sample has, finite, not the array that came; it belongs to the caller
     * @throws IllegalArgumentException if this baseline cannot stand for such a sample
     */
    double[] of(double[] sample, long[] shape);

    /** Kind and values in one line, for reports. */
    String describe();

    /** The same value everywhere: 0 for black, 0.5 for grey. */
    static Baseline constant(double value) {
        return new ConstantBaseline(requireFinite(value));
    }

    /** 0.5 for images of three channels, else 0: a grey that is no colour, or the dark of a single channel. */
    static Baseline grey() {
        return new GreyBaseline();
    }

    /**
     * Noise: every value drawn by itself, uniformly from an interval. The same for all samples and in every call, so that methods
     * that are compared meet equal noise.
     *
     * @param low smallest value
     * @param high largest value, above {@code low}
     */
    static Baseline uniform(double low, double high, long seed) {
        return new UniformBaseline(low, high, seed);
    }

    /** One value for each channel of the last axis: the mean colour of a data set, or the means of a table's columns. */
    static Baseline perChannel(double... values) {
        double[] kept = values.clone();
        Arrays.stream(kept).forEach(Baseline::requireFinite);
        return new Baseline() {
            @Override
            public double[] of(double[] sample, long[] shape) {
                if (shape[shape.length - 1] != kept.length) {
                    throw new ShapeMismatchException(
                            "baseline per channel", kept.length + " channels", "a sample " + Arrays.toString(shape));
                }
                double[] result = new double[sample.length];
                Arrays.setAll(result, i -> kept[i % kept.length]);
                return result;
            }

            @Override
            public String describe() {
                return "baseline per channel " + Arrays.toString(kept);
            }
        };
    }

    /**
     * One image or row for all samples.
     *
     * @param sample shape of a sample, without a batch axis; finite. Copied.
     */
    static Baseline sample(INDArray sample) {
        Tensors.requireFinite("baseline", sample);
        double[] kept = Tensors.toDoubles(sample);
        long[] expected = sample.shape().clone();
        return new Baseline() {
            @Override
            public double[] of(double[] given, long[] shape) {
                if (!Arrays.equals(expected, shape)) {
                    throw new ShapeMismatchException("baseline", Arrays.toString(shape), Arrays.toString(expected));
                }
                return kept.clone();
            }

            @Override
            public String describe() {
                return "baseline sample " + Arrays.toString(expected);
            }
        };
    }

    private static double requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("baseline: expected finite values, got " + value);
        }
        return value;
    }
}
