package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The values that an input may take when it is moved. */
public interface Limits {
    /**
     * The nearest value allowed.
     *
     * @param feature place of the value in its sample, in C order
     * @param value wanted
     * @param original value of the sample before it was moved
     */
    double clip(int feature, double value, double original);

    /** Limits in one line, for reports. */
    String describe();

    /**
     * Checks that these limits fit samples.
     *
     * @param length values of one sample
     * @throws IllegalArgumentException if they do not
     */
    default void requireLength(int length) {}

    /**
     * Checks that samples lie inside: clipping would otherwise move them even without a step.
     *
     * @param samples {@code [n, ...]}. Not modified.
     * @param first number of the first sample, for the message
     * @throws IllegalArgumentException naming the first value outside
     */
    default void requireInside(INDArray samples, int first) {
        double[] values = Tensors.toDoubles(samples);
        int length = values.length / Math.toIntExact(samples.size(0));
        requireLength(length);
        for (int i = 0; i < values.length; i++) {
            if (clip(i % length, values[i], values[i]) != values[i]) {
                throw new IllegalArgumentException("input to clip, batch from sample " + first + ": value " + values[i]
                        + " at " + Tensors.describeIndex(i, samples.shape()) + " is outside " + describe(i % length)
                        + "; give the range of the data as the function sees it");
            }
        }
    }

    /** Limits of one feature, for messages. */
    default String describe(int feature) {
        return describe();
    }
}
