package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Points found for each sample and each t, and what the function says there. Nothing is extrapolated: logits and scores are
 * evaluated at the points as returned, after rounding and clipping. The arrays belong to the receiver.
 *
 * @param times the t
 * @param points {@code [times, samples, ...]}, type of the input
 * @param before logits and scores of the samples themselves
 * @param after logits and scores at the points, one entry for each t
 * @param gradientNorms {@code [samples]}, |grad f| at the samples; where it is 0 the points are the sample itself
 * @param distances {@code [times][samples]}, |x_t - x|, in input units
 * @param clippedShares {@code [times][samples]}, share of the values that clipping moved, 0 without a range
 */
public record Counterfactuals(
        List<Double> times,
        INDArray points,
        ScoredFunction.Values before,
        List<ScoredFunction.Values> after,
        double[] gradientNorms,
        double[][] distances,
        double[][] clippedShares) {

    /** Number of samples. */
    public int samples() {
        return gradientNorms.length;
    }

    /** Points of one t, {@code [samples, ...]}: a view on {@link #points()}. */
    public INDArray points(int time) {
        INDArray part = Tensors.rows(points, time, time + 1);
        return part.reshape('c', Arrays.copyOfRange(points.shape(), 1, points.rank()));
    }

    /** Whether the score has the opposite sign at the point. Never true for a sample whose score is 0. */
    public boolean flipped(int time, int sample) {
        return Math.signum(after.get(time).scores()[sample]) == -Math.signum(before.scores()[sample])
                && before.scores()[sample] != 0;
    }

    /** Share of the samples whose score has changed its sign. */
    public double flippedShare(int time) {
        int flipped = 0;
        for (int i = 0; i < samples(); i++) {
            flipped += flipped(time, i) ? 1 : 0;
        }
        return (double) flipped / samples();
    }

    /** Class predicted at the sample: place of the largest logit; of a single logit its sign, 1 or -1 (0 reads as -1). */
    public int predictionBefore(int sample) {
        return prediction(before.logits()[sample]);
    }

    /** Class predicted at the point, in the same way. */
    public int prediction(int time, int sample) {
        return prediction(after.get(time).logits()[sample]);
    }

    /** Validity: share of the samples whose predicted class has changed. */
    public double changedPredictionShare(int time) {
        int changed = 0;
        for (int i = 0; i < samples(); i++) {
            changed += prediction(time, i) == predictionBefore(i) ? 0 : 1;
        }
        return (double) changed / samples();
    }

    private static int prediction(double[] logits) {
        if (logits.length == 1) {
            return logits[0] > 0 ? 1 : -1;
        }
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            if (logits[k] > logits[best]) {
                best = k;
            }
        }
        return best;
    }
}
