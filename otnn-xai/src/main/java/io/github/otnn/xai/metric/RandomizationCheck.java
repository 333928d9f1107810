package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.SeededStreams;
import io.github.otnn.xai.attribution.Attribution;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sanity checks: how alike maps stay when what they should depend on is replaced at random. Lower is better.
 *
 * <p>A method whose maps survive another network, or another class, shows the image and not the function. Similarity is 1 - distance.
 * The random network of a 1-Lipschitz one has random orthogonal weights, as {@code Network.initialize} draws them from a seed: uniform
 * weights, as in published checks, would break its constraint. Where a similarity has no definition it is 0, and the sample is counted
 * as undefined.
 *
 * @param distance one of those that begin with 1, SSIM in published checks; it needs images of at least 11 x 11 pixels
 * @param seed of the other classes
 * @see <a href="https://arxiv.org/abs/1810.03292">Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018</a>
 * @see <a href="https://arxiv.org/abs/1912.09818">Sixt, Granz, Landgraf 2019</a> (random logit)
 */
public record RandomizationCheck(MapDistance distance, long seed) {
    /** Checks the settings. */
    public RandomizationCheck {
        if (!distance.unit().startsWith("1 - ")) {
            throw new IllegalArgumentException(
                    "RandomizationCheck: expected a distance that is 1 - a similarity, got " + distance);
        }
    }

    /** SSIM. */
    public static RandomizationCheck withDefaults(long seed) {
        return new RandomizationCheck(MapDistance.ONE_MINUS_SSIM, seed);
    }

    /**
     * Compares maps of a function with those of a random one.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     * @param randomized takes the same inputs
     * @param score of both
     */
    public MetricResult ofModel(
            Differentiable function,
            Differentiable randomized,
            INDArray inputs,
            Attribution attribution,
            Score score,
            Progress progress) {
        CountedFunction first = CountedFunction.of(function);
        CountedFunction second = CountedFunction.of(randomized);
        Phases phases = new Phases(2, progress);
        INDArray maps = attribution.explain(first.function(), inputs, score, phases.next());
        INDArray others = attribution.explain(second.function(), inputs, score, phases.next());
        return similarity("model randomization", maps, others)
                .ofMaps(attribution.describe(), first.evaluations() + second.evaluations());
    }

    /**
     * Compares the maps of classes with those of other classes, drawn for each sample.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     * @param targets class of each sample, whose logit is explained. Not modified.
     * @throws IllegalArgumentException if the function has a single output, or a target is outside
     */
    public MetricResult ofLogit(
            Differentiable function, INDArray inputs, Attribution attribution, int[] targets, Progress progress) {
        CountedFunction counted = CountedFunction.of(function);
        INDArray dense = ScoredFunction.requireInput(inputs);
        int outputs = Math.toIntExact(
                counted.function().predict(Tensors.rows(dense, 0, 1)).size(1));
        if (outputs < 2) {
            throw new IllegalArgumentException(
                    "RandomizationCheck: expected a function with at least 2 outputs, got " + outputs);
        }
        int[] others = targets.clone();
        for (int i = 0; i < others.length; i++) {
            // a step of 1 to outputs - 1 around the circle of classes never comes back to the target
            int step = 1 + SeededStreams.of(seed, i, 0).nextInt(outputs - 1);
            others[i] = Math.floorMod(targets[i] + step, outputs);
        }
        Phases phases = new Phases(2, progress);
        Differentiable explained = counted.function();
        INDArray maps = attribution.explain(explained, dense, Score.logit(targets), phases.next());
        INDArray otherMaps = attribution.explain(explained, dense, Score.logit(others), phases.next());
        return similarity("random logit", maps, otherMaps).ofMaps(attribution.describe(), counted.evaluations());
    }

    private MetricResult similarity(String metric, INDArray maps, INDArray others) {
        MetricResult distances = new ExplanationDistance(distance, MapNormalization.NONE).between(maps, others);
        double[] values = distances.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 - values[i];
        }
        SampleCounts counts = distances.counts();
        MetricResult.Metadata about = new MetricResult.Metadata(
                metric, distance.unit().substring("1 - ".length()), Direction.LOWER, describe());
        return MetricResult.of(about, values, seed, 0, counts.undefined(), 0, counts.constant());
    }

    /** Settings in one line, for reports. */
    public String describe() {
        return "randomization check by " + distance.unit().substring("1 - ".length()) + ", seed " + seed;
    }
}
