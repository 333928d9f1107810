package io.github.otnn.xai.metric;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Complexity of a map: the entropy of how its size is spread over the pixels. Lower is simpler.
 *
 * <pre>value = -sum p log(p + eps),   p = |map| / (sum |map| + eps)</pre>
 *
 * In nats: 0 for one pixel, ln n for n equal ones. A map of zeros is spread over nothing: the value is NaN.
 *
 * @param epsilon at least 0; 1e-8 in published tables, for maps whose sum is far above it. With 0, 0 log 0 is 0
 * @see <a href="https://arxiv.org/abs/2005.00631">Bhatt, Weller, Moura 2020</a>
 */
public record EntropyComplexity(double epsilon) implements MapMetric {
    /** Checks the setting. */
    public EntropyComplexity {
        if (!(epsilon >= 0 && Double.isFinite(epsilon))) {
            throw new IllegalArgumentException("EntropyComplexity: epsilon must be finite and >= 0, got " + epsilon);
        }
    }

    /** Epsilon 1e-8. */
    public static EntropyComplexity withDefaults() {
        return new EntropyComplexity(1e-8);
    }

    @Override
    public MetricResult evaluate(INDArray maps) {
        return GivenMaps.of(maps)
                .measure(new MetricResult.Metadata("entropy", "nats", Direction.LOWER, describe()), this::of);
    }

    private double of(double[] map) {
        double sum = 0;
        for (double value : map) {
            sum += Math.abs(value);
        }
        if (sum == 0) {
            return Double.NaN;
        }
        double entropy = 0;
        for (double value : map) {
            double p = Math.abs(value) / (sum + epsilon);
            entropy -= p == 0 ? 0 : p * Math.log(p + epsilon);
        }
        return entropy;
    }

    @Override
    public String describe() {
        return "entropy, epsilon " + epsilon;
    }
}
