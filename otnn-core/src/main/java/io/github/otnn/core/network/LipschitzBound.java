package io.github.otnn.core.network;

/**
 * Proven upper bound of a layer's Lipschitz constant (L2).
 *
 * @param vector bound of the whole output vector, infinite where none is known
 * @param perOutput bound that holds for each single output value; never above {@code vector}
 * @param method how the bound was found, in words
 */
public record LipschitzBound(double vector, double perOutput, String method) {
    /** Checks the numbers. */
    public LipschitzBound {
        if (!(vector >= 0) || !(perOutput >= 0)) {
            throw new IllegalArgumentException(
                    "LipschitzBound: expected values >= 0, got " + vector + ", " + perOutput);
        }
    }

    /** A bound for the vector alone, which also holds for each output. */
    public static LipschitzBound of(double vector, String method) {
        return new LipschitzBound(vector, vector, method);
    }

    /** Product of two bounds, rounded up; a factor of exactly 1 adds no rounding. */
    public static double product(double a, double b) {
        if (Double.isInfinite(a) || Double.isInfinite(b)) {
            return Double.POSITIVE_INFINITY;
        }
        return a == 1 ? b : b == 1 ? a : Math.nextUp(a * b);
    }

    /** The layer has no proven bound. */
    public static LipschitzBound none(String reason) {
        return of(Double.POSITIVE_INFINITY, reason);
    }
}
