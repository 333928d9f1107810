package io.github.otnn.core.certify;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Certificates of a set of samples, in L2 distance of the network's input. The arrays belong to the receiver.
 *
 * @param predicted predicted class, the first of several with the largest logit; with one logit 1 or -1
 * @param labels true class; with one logit 1 or -1
 * @param predictedRadii radius within which the prediction cannot change, never negative
 * @param labelRadii the same for the true class: negative where the prediction is wrong, and stays so within that distance
 * @param allowances how far rounding can have moved each logit of the sample, in the logits' unit; part of the radii. 0 where
 *     rounding is ignored
 */
public record Certificates(
        int[] predicted, int[] labels, double[] predictedRadii, double[] labelRadii, double[] allowances) {
    /** Share of samples whose true class is predicted. */
    public double accuracy() {
        return IntStream.range(0, labels.length)
                        .filter(i -> predicted[i] == labels[i])
                        .count()
                / (double) labels.length;
    }

    /** Share of samples whose true class is predicted and stays so under every perturbation up to epsilon. */
    public double certifiedAccuracy(double epsilon) {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("certifiedAccuracy: epsilon must be >= 0, got " + epsilon);
        }
        return Arrays.stream(labelRadii).filter(radius -> radius > epsilon).count() / (double) labelRadii.length;
    }

    /** Mean of the radii for the true class, 0 for wrong predictions. */
    public double meanRadius() {
        return Arrays.stream(labelRadii)
                .map(radius -> Math.max(0, radius))
                .average()
                .orElseThrow();
    }

    /** Mean of the radii for the true class, negative for wrong predictions. */
    public double meanSignedRadius() {
        return Arrays.stream(labelRadii).average().orElseThrow();
    }

    /** Mean of the allowances for rounding. */
    public double meanAllowance() {
        return Arrays.stream(allowances).average().orElseThrow();
    }
}
