package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deletion: the mean score while the pixels that a map ranks first are replaced by a baseline. Lower is better.
 *
 * <pre>auc = mean over i of (s_i + s_(i+1)) / 2,   s_i = score after floor(pixels i / steps) pixels, i = 0..steps</pre>
 *
 * Unit: the score's. Pixels go from the largest value of the map to the smallest, with their sign; of equal ones, the lower index
 * first. All channels of a pixel go together. Every sample meets the same baseline in every call, so that methods do. The ends of a
 * curve are score(x) and score(baseline) for all maps. Compares maps on one function: scales of logits differ between networks.
 * Costs {@code steps + 1} forward passes.
 *
 * @param steps at least 1 and at most the number of pixels, or {@link #EVERY_PIXEL}
 * @param baseline what replaces pixels
 * @param batchSize points evaluated at once; bounds memory, does not change results
 * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk, Das, Saenko 2018</a>
 */
public record Deletion(int steps, Baseline baseline, int batchSize) implements Metric {
    /** As many steps as there are pixels. */
    public static final int EVERY_PIXEL = -1;

    /** Checks the settings. */
    public Deletion {
        PixelFlipping.requireSteps("Deletion", steps);
        ScoredFunction.requireBatchSize("Deletion", batchSize);
    }

    /** 10 steps, to a baseline of zeros. */
    public static Deletion withDefaults(int batchSize) {
        return new Deletion(10, Baseline.constant(0), batchSize);
    }

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        return curves(function, inputs, maps, score, progress).area();
    }

    /** The same with the curves; see {@link #evaluate}. */
    public PerturbationCurves curves(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        MetricResult.Metadata about = new MetricResult.Metadata(
                "deletion", score.describe(), Direction.LOWER, describe() + ", score " + score.describe());
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        return new PixelFlipping(about, scored, inputs, maps, steps, baseline, PixelFlipping.Way.TO_BASELINE, progress)
                .curves();
    }

    @Override
    public String describe() {
        return "deletion, " + PixelFlipping.describeSteps(steps) + ", " + baseline.describe();
    }
}
