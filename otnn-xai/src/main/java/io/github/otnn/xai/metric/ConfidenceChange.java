package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import io.github.otnn.xai.attribution.SampleBaselines;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a probability changes when a sample is shown through its map only.
 *
 * <pre>
 * b = p(x),   a = p(m x + (1 - m) baseline),   m = (|map| - min) / (max - min), per sample
 * DROP       max(b - a, 0) / (b + 1e-8)        lower is better
 * INCREASE   1 if a is above b, else 0         higher is better
 * GAIN       max(a - b, 0) / (1 - b + 1e-8)    higher is better
 * </pre>
 *
 * Shares, so only for scores that are probabilities. Published versions show through a map of the sizes, black elsewhere. A constant
 * map shows nothing and is counted. Costs two forward passes.
 *
 * @param kind which change
 * @param baseline what stands where the map is lowest
 * @param batchSize points evaluated at once; bounds memory, does not change results
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhyay, Sarkar, Howlader, Balasubramanian 2017</a> (drop, increase)
 * @see <a href="https://arxiv.org/abs/2205.11172">Zhang, Khakzar, Li, Farshad, Kim, Navab 2022</a> (gain)
 */
public record ConfidenceChange(Kind kind, Baseline baseline, int batchSize) implements Metric {
    private static final double EPSILON = 1e-8;

    /** Which change. */
    public enum Kind {
        /** Average drop. */
        DROP(Direction.LOWER),
        /** Average increase. */
        INCREASE(Direction.HIGHER),
        /** Average gain. */
        GAIN(Direction.HIGHER);

        private final Direction direction;

        Kind(Direction direction) {
            this.direction = direction;
        }
    }

    /** Checks the settings. */
    public ConfidenceChange {
        ScoredFunction.requireBatchSize("ConfidenceChange", batchSize);
    }

    /** With a baseline of zeros. */
    public static ConfidenceChange of(Kind kind, int batchSize) {
        return new ConfidenceChange(kind, Baseline.constant(0), batchSize);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        if (!score.isProbability()) {
            throw new IllegalArgumentException(
                    "ConfidenceChange: expected a probability, such as Score.softmax(target)," + " got the score "
                            + score.describe() + "; shares of logits mean nothing");
        }
        GivenMaps given = GivenMaps.of(ScoredFunction.requireInput(inputs).shape(), maps);
        Variations variations = new Variations(new ScoredFunction(function, score, batchSize), inputs, 2, progress);
        SampleBaselines baselines = new SampleBaselines(baseline, inputs.shape());
        double[][] shown = new double[given.samples()][2];
        variations.scores(
                0,
                2,
                (sample, index, x, into, offset) -> {
                    if (index == 0) {
                        System.arraycopy(x, 0, into, offset, x.length);
                    } else {
                        show(given.of(sample), x, baselines.of(sample, x), into, offset);
                    }
                },
                (sample, index, value) -> shown[sample][index] = value);
        double[] values = new double[shown.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = change(shown[i][0], shown[i][1]);
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                "average " + kind.name().toLowerCase(Locale.ROOT),
                "share",
                kind.direction,
                describe() + ", score " + score.describe());
        return MetricResult.of(about, values, 0, 2L * values.length, 0, 0, given.constant());
    }

    private static void show(double[] map, double[] x, double[] hidden, double[] into, int offset) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (double value : map) {
            low = Math.min(low, Math.abs(value));
            high = Math.max(high, Math.abs(value));
        }
        int channels = x.length / map.length;
        for (int p = 0; p < x.length; p++) {
            double m = high == low ? 0 : (Math.abs(map[p / channels]) - low) / (high - low);
            into[offset + p] = m * x[p] + (1 - m) * hidden[p];
        }
    }

    private double change(double before, double after) {
        return switch (kind) {
            case DROP -> Math.max(before - after, 0) / (before + EPSILON);
            case INCREASE -> after > before ? 1 : 0;
            case GAIN -> Math.max(after - before, 0) / (1 - before + EPSILON);
        };
    }

    @Override
    public String describe() {
        return "confidence " + kind + ", " + baseline.describe();
    }
}
