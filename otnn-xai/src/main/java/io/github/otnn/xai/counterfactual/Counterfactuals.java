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
 * @param gradientNorms {@code [samples]}, |grad f| at the samples; where it is 0 there is no direction, the counterfactual is
 *     undefined, and the points are the sample itself
 * @param distances {@code [times][samples]}, |x_t - x|, in input units
 * @param clippedShares {@code [times][samples]}, share of the values that clipping moved, 0 without a range
 * @param stoppedByClipping {@code [times][samples]}, whether the score would have changed its sign without clipping, and has not
 */
public record Counterfactuals(
        List<Double> times,
        INDArray points,
        ScoredFunction.Values before,
        List<ScoredFunction.Values> after,
        double[] gradientNorms,
        double[][] distances,
        double[][] clippedShares,
        boolean[][] stoppedByClipping) {

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
        return changesSign(before.scores()[sample], after.get(time).scores()[sample]);
    }

    static boolean changesSign(double before, double after) {
        return before != 0 && Math.signum(after) == -Math.signum(before);
    }

    /** Whether a sample has a direction to go: its gradient is not zero. */
    public boolean defined(int sample) {
        return gradientNorms[sample] > 0;
    }

    /** Number of samples without a direction. They count as not flipped. */
    public int undefinedCount() {
        int undefined = 0;
        for (int i = 0; i < samples(); i++) {
            undefined += defined(i) ? 0 : 1;
        }
        return undefined;
    }

    /** Score of one sample along its way, one for each t. */
    public double[] scoresAlong(int sample) {
        return after.stream().mapToDouble(values -> values.scores()[sample]).toArray();
    }

    /** Share of the samples that would have changed the sign of their score, had they not been clipped. */
    public double stoppedShare(int time) {
        int stopped = 0;
        for (boolean is : stoppedByClipping[time]) {
            stopped += is ? 1 : 0;
        }
        return (double) stopped / samples();
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

    static int prediction(double[] logits) {
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
