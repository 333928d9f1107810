package io.github.otnn.xai.attribution;

import io.github.otnn.xai.Baseline;
import java.util.Arrays;

/** The baseline of the sample that was asked for last. One thread. */
public final class SampleBaselines {
    private final Baseline baseline;
    private final long[] sampleShape;
    private double[] values = new double[0];
    private int valuesOf = -1;

    /**
     * Prepares for an input.
     *
     * @param shape {@code [samples, ...]}
     */
    public SampleBaselines(Baseline baseline, long[] shape) {
        this.baseline = baseline;
        this.sampleShape = Arrays.copyOfRange(shape, 1, shape.length);
    }

    /**
     * Baseline of a sample.
     *
     * @param x the sample's values. Not modified.
     * @return as many values, not to be modified
     */
    public double[] of(int sample, double[] x) {
        if (sample != valuesOf) {
            values = baseline.of(x, sampleShape.clone());
            valuesOf = sample;
        }
        return values;
    }
}
