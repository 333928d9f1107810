package io.github.otnn.xai.counterfactual;

import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Points on the zero of a score, as far as they were reached. Everything is evaluated at the points as returned, after rounding
 * and clipping. The arrays belong to the receiver.
 *
 * @param points {@code [samples, ...]}, type of the input
 * @param outcomes one for each sample
 * @param before logits and scores of the samples
 * @param after logits and scores at the points
 * @param gradientNorms {@code [samples]}, |grad f| at the samples
 * @param distances {@code [samples]}, from sample to point, in input units
 * @param times {@code [samples]}, of a search on a ray: the t of the point; of one that bends: the number of its steps
 */
public record BoundaryPoints(
        INDArray points,
        List<Outcome> outcomes,
        ScoredFunction.Values before,
        ScoredFunction.Values after,
        double[] gradientNorms,
        double[] distances,
        double[] times) {
    /** How a search has ended. */
    public enum Outcome {
        /** On the boundary. */
        REACHED,
        /** Somewhere else, though nothing was in the way. */
        NOT_REACHED,
        /** Somewhere else, with values clipped to their limits. */
        STOPPED_BY_LIMITS,
        /** Nowhere: the gradient at the sample is zero, so there is no direction. The point is the sample. */
        NO_SLOPE
    }

    /** Takes a copy of the outcomes. */
    public BoundaryPoints {
        outcomes = List.copyOf(outcomes);
    }

    /** Share of the samples that ended so. */
    public double share(Outcome outcome) {
        return outcomes.stream().filter(o -> o == outcome).count() / (double) outcomes.size();
    }

    /** |f(point)| / |f(sample)| of each sample, 0 where f(sample) is 0. */
    public double[] residuals() {
        double[] residuals = new double[distances.length];
        Arrays.setAll(residuals, i -> ratio(Math.abs(after.scores()[i]), i));
        return residuals;
    }

    /** distance / |f(sample)| of each sample, at least 1 at the boundary of a 1-Lipschitz score; 0 where f(sample) is 0. */
    public double[] distanceRatios() {
        double[] ratios = new double[distances.length];
        Arrays.setAll(ratios, i -> ratio(distances[i], i));
        return ratios;
    }

    private double ratio(double value, int sample) {
        double f = Math.abs(before.scores()[sample]);
        return f == 0 ? 0 : value / f;
    }
}
