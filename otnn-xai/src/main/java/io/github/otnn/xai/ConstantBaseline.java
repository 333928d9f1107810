package io.github.otnn.xai;

import java.util.Arrays;

/** One value everywhere. */
record ConstantBaseline(double value) implements Baseline {
    @Override
    public double[] of(double[] sample, long[] shape) {
        double[] result = new double[sample.length];
        Arrays.fill(result, value);
        return result;
    }

    @Override
    public String describe() {
        return "baseline " + value;
    }
}
