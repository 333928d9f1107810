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
 */
public record BjorckSettings(int iterationLimit, double tolerance, boolean rescale, boolean finalStep) {
    /** Checks the numbers. */
    public BjorckSettings {
        if (iterationLimit < 0) {
            throw new IllegalArgumentException("BjorckSettings: iterationLimit must be >= 0, got " + iterationLimit);
        }
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("BjorckSettings: tolerance must be >= 0, got " + tolerance);
        }
    }

    /**
     * Until all singular values are within 4e-5 of 1. The loop stops at {@code |G - I|_F <= 1e-2}; the final step
     * squares what is left. Forty iterations lift a singular value of 1e-6 to 1.
     */
    public static BjorckSettings untilConverged() {
        return new BjorckSettings(40, 1e-2, true, true);
    }

    /** Exactly this many ordinary steps from the matrix as it is. */
    public static BjorckSettings exactly(int iterations) {
        return new BjorckSettings(iterations, 0, false, false);
    }
}
