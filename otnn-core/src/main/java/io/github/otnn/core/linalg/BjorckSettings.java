package io.github.otnn.core.linalg;

/**
 * When Björck's iteration starts and stops.
 *
 * @param iterationLimit most iterations in Gram space, at least 0
 * @param tolerance stops as soon as {@code |G - I|_F} is at most this; 0 runs to the limit
 * @param rescale whether the matrix is first divided by a number that brings its singular values into (0, sqrt 3), where
 *     the iteration converges whatever the matrix; without it the caller answers for singular values below sqrt 3
 * @param finalStep whether one ordinary cubic step on the result follows: it maps every singular value in [0, 2] to at
 *     most 1 and repairs the rounding of Gram space
 * @param steps which polynomials lead there
 */
public record BjorckSettings(int iterationLimit, double tolerance, boolean rescale, boolean finalStep, Steps steps) {
    /** Which polynomial of the singular values a step is. */
    public enum Steps {
        /** 1.5 s - 0.5 s^3: Björck's step, with three products of the small side. */
        CUBIC,
        /**
         * Rounds of four quintic steps (Newton-Schulz) while the matrix is far from orthogonal, cubic ones near the end. A
         * round multiplies small singular values by 85 with 16 products; needs {@code rescale}.
         */
        QUINTIC
    }

    /** Checks the numbers. */
    public BjorckSettings {
        if (iterationLimit < 0) {
            throw new IllegalArgumentException("BjorckSettings: iterationLimit must be >= 0, got " + iterationLimit);
        }
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("BjorckSettings: tolerance must be >= 0, got " + tolerance);
        }
        if (steps == Steps.QUINTIC && !rescale) {
            throw new IllegalArgumentException(
                    "BjorckSettings: quintic steps need rescale, they diverge above a singular value of 1");
        }
    }

    /** With cubic steps. */
    public BjorckSettings(int iterationLimit, double tolerance, boolean rescale, boolean finalStep) {
        this(iterationLimit, tolerance, rescale, finalStep, Steps.CUBIC);
    }

    /**
     * Until all singular values are within 4e-5 of 1. The loop stops at {@code |G - I|_F <= 1e-2}; the final step
     * squares what is left. Forty iterations lift a singular value of 1e-6 to 1.
     */
    public static BjorckSettings untilConverged() {
        return new BjorckSettings(40, 1e-2, true, true);
    }

    /** The same with other steps. */
    public BjorckSettings withSteps(Steps other) {
        return new BjorckSettings(iterationLimit, tolerance, rescale, finalStep, other);
    }

    /** Exactly this many ordinary steps from the matrix as it is. */
    public static BjorckSettings exactly(int iterations) {
        return new BjorckSettings(iterations, 0, false, false);
    }
}
