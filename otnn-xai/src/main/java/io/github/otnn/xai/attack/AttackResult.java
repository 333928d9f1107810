package io.github.otnn.xai.attack;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an attack found. Distances are measured in float64 between the sample and the point as returned, after rounding and
 * clipping; predictions are evaluated again there. The arrays belong to the receiver.
 *
 * @param attack the attack with its settings, seed included
 * @param name its short name
 * @param points {@code [samples, ...]}, type of the input; where nothing was found, the sample itself
 * @param distances {@code [samples]}, |point - sample|, in input units; infinite where nothing was found, 0 where the sample was
 *     decided differently from the start
 * @param predictions {@code [samples]}, class at the point: place of the largest logit, of one logit its sign, 1 or -1
 * @param margins {@code [samples]}, lead of the label at the point (with one logit: label times logit), above 0 only where
 *     nothing was found
 * @param gradientEvaluations {@code [samples]}, forward and backward passes spent
 * @param valueEvaluations {@code [samples]}, forward passes spent beside those
 */
public record AttackResult(
        String attack,
        String name,
        INDArray points,
        double[] distances,
        int[] predictions,
        double[] margins,
        int[] gradientEvaluations,
        int[] valueEvaluations) {
    /** Number of samples. */
    public int samples() {
        return distances.length;
    }

    /** Whether a point with another decision was found. */
    public boolean found(int sample) {
        return distances[sample] < Double.POSITIVE_INFINITY;
    }

    /** Share of the samples for which one was found. */
    public double foundShare() {
        return IntStream.range(0, samples()).filter(this::found).count() / (double) samples();
    }

    /** Share of the samples decided differently within this distance. */
    public double foundShareWithin(double distance) {
        return Arrays.stream(distances).filter(d -> d <= distance).count() / (double) samples();
    }

    /** Gradients spent on all samples. */
    public long totalGradientEvaluations() {
        return Arrays.stream(gradientEvaluations).asLongStream().sum();
    }

    /** Evaluations without a gradient spent on all samples. */
    public long totalValueEvaluations() {
        return Arrays.stream(valueEvaluations).asLongStream().sum();
    }

    /** One line of text. */
    public String describe() {
        double[] sorted = distances.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%s: found %d of %d, median distance %.4g, %d gradients, %d values",
                attack,
                IntStream.range(0, samples()).filter(this::found).count(),
                samples(),
                sorted[samples() / 2],
                totalGradientEvaluations(),
                totalValueEvaluations());
    }
}
