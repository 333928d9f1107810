package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Integrated gradients: the change of the score on the straight path from a baseline x0, shared out among the input values.
 *
 * <pre>map = reduction over channels of (x - x0) * sum_j w_j grad score(x0 + a_j (x - x0))</pre>
 *
 * a_j and w_j are those of the rule. In score units; the unreduced map adds up to score(x) - score(x0) except for the error of
 * the rule, the completeness gap, which {@link #explainWithGap} returns. With {@code TRAPEZOID}, {@code steps} points bound
 * {@code steps - 1} intervals (50 points give 0.33340275 for the integral of a^2, not 1/3). Costs {@code steps} forward and
 * backward passes, the gap two forward passes more.
 *
 * @param rule points and weights on the path
 * @param steps points on the path: at least 1, for {@code TRAPEZOID} at least 2
 * @param baseline where the path begins
 * @param reduction of the channels of images; {@code SUM} keeps the total
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1703.01365">Sundararajan, Taly, Yan 2017</a>
 */
public record IntegratedGradients(
        PathRule rule, int steps, Baseline baseline, ChannelReduction reduction, int batchSize) implements Attribution {
    /** Checks the settings. */
    public IntegratedGradients {
        if (steps < rule.leastCount()) {
            throw new IllegalArgumentException(
                    "IntegratedGradients: " + rule + " needs steps >= " + rule.leastCount() + ", got " + steps);
        }
        ScoredFunction.requireBatchSize("IntegratedGradients", batchSize);
    }

    /**
     * Maps, and how far they are from sharing out all of the score's change.
     *
     * @param maps as {@link #explain} returns them
     * @param scoreDifferences score(x) - score(x0) of each sample
     * @param gaps sum of the unreduced map - score difference, for each sample
     */
    public record Result(INDArray maps, double[] scoreDifferences, double[] gaps) {}

    /** 50 points from a baseline of zeros by the trapezoid rule, mean of the channels: as in published tables. */
    public static IntegratedGradients withDefaults(int batchSize) {
        return new IntegratedGradients(PathRule.TRAPEZOID, 50, Baseline.constant(0), ChannelReduction.MEAN, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        return integrate(function, input, score, progress, false).maps();
    }

    /**
     * Maps of all samples with their completeness gaps; see {@link #explain}.
     *
     * @return per sample the maps, the differences of the scores, and the gaps, all in score units
     */
    public Result explainWithGap(Differentiable function, INDArray input, Score score, Progress progress) {
        return integrate(function, input, score, progress, true);
    }

    private Result integrate(
            Differentiable function, INDArray input, Score score, Progress progress, boolean withScores) {
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        Variations variations = new Variations(scored, input, withScores ? steps + 2 : steps, progress);
        Path path = new Path(variations, new SampleMaps(variations.input(), reduction));
        double[] differences = new double[variations.samples()];
        if (withScores) {
            variations.scores(
                    steps,
                    steps + 2,
                    path::makePoint,
                    (sample, index, value) -> differences[sample] += index == steps ? -value : value);
        }
        variations.gradients(0, steps, path::makePoint, path::add);
        double[] gaps = path.totals.clone();
        Arrays.setAll(gaps, i -> gaps[i] - differences[i]);
        return new Result(path.maps.array(), differences, gaps);
    }

    @Override
    public String describe() {
        return "integrated gradients, " + rule + " with " + steps + " points, " + baseline.describe() + ", channels "
                + reduction;
    }

    /** Way from the baseline to the sample, and what was gathered on it. */
    private final class Path {
        private final Variations variations;
        private final SampleMaps maps;
        private final double[] points = Arrays.copyOf(rule.points(steps), steps + 2);
        private final double[] weights = rule.weights(steps);
        private final double[] totals;
        private final double[] sum;
        private final SampleBaselines starts;

        private Path(Variations variations, SampleMaps maps) {
            this.variations = variations;
            this.maps = maps;
            this.totals = new double[variations.samples()];
            this.sum = new double[variations.length()];
            this.starts = new SampleBaselines(baseline, variations.input().shape());
            // behind the rule's points come the two ends, for the scores there
            points[steps] = 0;
            points[steps + 1] = 1;
        }

        private void makePoint(int sample, int index, double[] x, double[] into, int offset) {
            double[] from = starts.of(sample, x);
            double a = points[index];
            for (int p = 0; p < x.length; p++) {
                into[offset + p] = (1 - a) * from[p] + a * x[p];
            }
        }

        private void add(int sample, int index, double[] gradients, int offset) {
            for (int p = 0; p < sum.length; p++) {
                sum[p] += weights[index] * gradients[offset + p];
            }
            if (index == steps - 1) {
                double[] x = variations.sample(sample);
                double[] from = starts.of(sample, x);
                for (int p = 0; p < sum.length; p++) {
                    sum[p] *= x[p] - from[p];
                    totals[sample] += sum[p];
                }
                maps.set(sample, sum);
                Arrays.fill(sum, 0);
            }
        }
    }
}
