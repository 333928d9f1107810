package io.github.otnn.examples.fashion;

/**
 * What one loss gave.
 *
 * @param name of the loss, with its variant
 * @param settings in words
 * @param accuracy on the test images
 * @param meanRadius mean certified L2 radius, rounding included, 0 for wrong predictions
 * @param certifiedAccuracy share classified rightly under every L2 perturbation up to 36/255
 * @param meanAllowance mean of what rounding can move a logit by
 * @param lipschitzBound proven bound of each logit
 */
record LossOutcome(
        String name,
        String settings,
        double accuracy,
        double meanRadius,
        double certifiedAccuracy,
        double meanAllowance,
        double lipschitzBound) {}
