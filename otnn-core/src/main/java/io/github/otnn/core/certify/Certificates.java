package io.github.otnn.core.certify;

import java.util.Arrays;

/**
 * Certificates of a set of samples, in L2 distance of the network's input. The arrays belong to the receiver.
 *
 * @param predicted predicted class; with one logit 1 or -1
 * @param predictedRadii radius within which the prediction cannot change, never negative
 * @param labelRadii the same for the true class: negative where the prediction is wrong
 */
public record Certificates(int[] predicted, double[] predictedRadii, double[] labelRadii) {
    /** Share of samples whose true class is predicted, ties counted as wrong. */
    public double accuracy() {
        return certifiedAccuracy(0);
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
}
