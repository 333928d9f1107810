package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Distribution;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the counterfactuals of one t are worth, sample by sample. The arrays belong to the receiver.
 *
 * @param time t
 * @param valid whether the predicted class has changed
 * @param distances |x_t - x|, in input units
 * @param distanceRatios the same over |f(x)|: above 1 for a valid one, where f is 1-Lipschitz and decides; 0 where f(x) is 0
 * @param sparsities Gini coefficient of |x_t - x|: 0 where all values change alike, near 1 where few do; 0 where none does
 * @param changedShares share of the values that change by more than the threshold
 * @param residuals |f(x_t)| / |f(x)|, of interest at t = 1; 0 where f(x) is 0
 * @param undefinedCount samples without a direction
 * @param stoppedCount samples that clipping has kept from changing the sign of their score
 */
public record CounterfactualSummary(
        double time,
        boolean[] valid,
        double[] distances,
        double[] distanceRatios,
        double[] sparsities,
        double[] changedShares,
        double[] residuals,
        int undefinedCount,
        int stoppedCount) {
    /** One step of an 8-bit pixel between 0 and 1. */
    public static final double PIXEL_STEP = 1.0 / 255;

    /**
     * Summarises the points of one t.
     *
     * @param input the samples that were moved. Not modified.
     * @param time place of the t
     * @param threshold change that counts, in input units, such as {@link #PIXEL_STEP}
     * @throws ShapeMismatchException if the input has another shape than the points
     */
    public static CounterfactualSummary of(Counterfactuals result, INDArray input, int time, double threshold) {
        INDArray points = result.points(time);
        if (!Arrays.equals(points.shape(), input.shape())) {
            throw new ShapeMismatchException(
                    "summary of counterfactuals: input",
                    Arrays.toString(points.shape()),
                    Arrays.toString(input.shape()));
        }
        int samples = result.samples();
        CounterfactualSummary summary = new CounterfactualSummary(
                result.times().get(time),
                new boolean[samples],
                result.distances()[time].clone(),
                new double[samples],
                new double[samples],
                new double[samples],
                new double[samples],
                result.undefinedCount(),
                (int) Math.round(result.stoppedShare(time) * samples));
        INDArray dense = Tensors.dense(input);
        for (int i = 0; i < samples; i++) {
            double f = Math.abs(result.before().scores()[i]);
            double[] change = change(dense, points, i);
            summary.valid[i] = result.prediction(time, i) != result.predictionBefore(i);
            summary.distanceRatios[i] = f == 0 ? 0 : summary.distances[i] / f;
            summary.residuals[i] =
                    f == 0 ? 0 : Math.abs(result.after().get(time).scores()[i]) / f;
            summary.changedShares[i] =
                    Arrays.stream(change).filter(d -> d > threshold).count() / (double) change.length;
            summary.sparsities[i] = gini(change);
        }
        return summary;
    }

    /** Share of the samples whose predicted class has changed. */
    public double validShare() {
        int count = 0;
        for (boolean is : valid) {
            count += is ? 1 : 0;
        }
        return (double) count / valid.length;
    }

    /** The summary as text. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "t = %s: valid %.1f %%, undefined %d, stopped by clipping %d%n  distance: %s%n  distance / |f|: %s%n"
                        + "  Gini of the change: %s%n  share of values changed: %s%n  |f(x_t)| / |f(x)|: %s%n",
                time,
                100 * validShare(),
                undefinedCount,
                stoppedCount,
                Distribution.of(distances).describe(),
                Distribution.of(distanceRatios).describe(),
                Distribution.of(sparsities).describe(),
                Distribution.of(changedShares).describe(),
                Distribution.of(residuals).describe());
    }

    private static double[] change(INDArray input, INDArray points, int i) {
        double[] change = Tensors.toDoubles(Tensors.rows(points, i, i + 1L));
        double[] origin = Tensors.toDoubles(Tensors.rows(input, i, i + 1L));
        Arrays.setAll(change, p -> Math.abs(change[p] - origin[p]));
        return change;
    }

    /** 2 sum_i i x_(i) / (n sum x) - (n + 1) / n, ascending; 0 for zeros. */
    private static double gini(double[] sizes) {
        double[] sorted = sizes.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < n; i++) {
            sum += sorted[i];
            weighted += (i + 1) * sorted[i];
        }
        return sum == 0 ? 0 : 2 * weighted / (n * sum) - (n + 1.0) / n;
    }
}
