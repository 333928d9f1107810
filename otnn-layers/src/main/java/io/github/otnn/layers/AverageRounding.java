package io.github.otnn.layers;

import io.github.otnn.core.network.Rounding;

/** Rounding of means over windows, times a factor. */
final class AverageRounding {
    private AverageRounding() {}

    /**
     * Each output sums n values (n - 1 roundings), divides by n (two, where that is a product with a rounded 1/n), and
     * multiplies by the factor (one), itself off by at most 4 units: gamma_{n+6} of factor / n times the sum of the sizes of its
     * inputs. The operator with these positive entries is the layer itself, so over all outputs that norm is at most
     * gamma_{n+6} bound |x|. Terms, quotient and product may each underflow.
     *
     * @param terms values in a window
     * @param factor of the mean
     * @param bound proven constant of the layer
     * @param outputs values in one output sample
     */
    static Rounding of(double terms, double factor, double bound, long outputs, double unitRoundoff) {
        double each = ((terms + 1) * factor / terms + factor + 1) * RoundingTerms.underflow(unitRoundoff);
        return new Rounding(
                RoundingTerms.up(RoundingTerms.gamma(terms + 6, unitRoundoff) * bound),
                2 * each * Math.sqrt(outputs),
                0);
    }
}
