package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The values that an input may take, such as 0 to 1 for pixels.
 *
 * @param low smallest value
 * @param high largest value, above {@code low}
 */
public record ValueRange(double low, double high) {
    /** Checks the order. */
    public ValueRange {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
            throw new IllegalArgumentException(
                    "ValueRange: expected finite low < high, got [" + low + ", " + high + "]");
        }
    }

    /** The nearest value inside. */
    public double clip(double value) {
        return Math.min(high, Math.max(low, value));
    }

    /**
     * Checks that samples lie inside: clipping would otherwise move them even without a step.
     *
     * @param samples {@code [n, ...]}. Not modified.
     * @param first number of the first sample, for the message
     * @throws IllegalArgumentException naming the first value outside
     */
    public void requireInside(INDArray samples, int first) {
        double[] values = Tensors.toDoubles(samples);
        for (int i = 0; i < values.length; i++) {
            if (values[i] < low || values[i] > high) {
                throw new IllegalArgumentException("input to clip, batch from sample " + first + ": value " + values[i]
                        + " at " + Tensors.describeIndex(i, samples.shape()) + " is outside [" + low + ", " + high
                        + "]; give the range of the data as the function sees it");
            }
        }
    }
}
