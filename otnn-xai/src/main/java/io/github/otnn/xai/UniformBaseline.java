package io.github.otnn.xai;

import java.util.SplittableRandom;

/** Independent values, uniform in an interval, the same for all samples. */
record UniformBaseline(double low, double high, long seed) implements Baseline {
    UniformBaseline {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
            throw new IllegalArgumentException("baseline: expected finite low < high, got [" + low + ", " + high + "]");
        }
    }

    @Override
    public double[] of(double[] sample, long[] shape) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] result = new double[sample.length];
        for (int p = 0; p < result.length; p++) {
            result[p] = low + (high - low) * random.nextDouble();
        }
        return result;
    }

    @Override
    public String describe() {
        return "baseline uniform in [" + low + ", " + high + "), seed " + seed;
    }
}
