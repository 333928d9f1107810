package io.github.otnn.layers;

import io.github.otnn.core.network.Rounding;

/** Rounding of norms of disjoint parts. */
final class NormRounding {
    private NormRounding() {}

    /**
     * The sum s of n squares is off by at most g s, g = gamma_n, and by n times the underflow of a square; a root at most halves
     * the first,
     *
     * <pre>1 - sqrt(1 - g) = g / (1 + sqrt(1 - g)),</pre>
     *
     * turns the second into its own root (|sqrt a - sqrt b|^2 &lt;= |a - b|), and rounds once. Norms of disjoint parts: over all
     * outputs the first is relative to |x|, the second grows with the root of their number.
     *
     * @param terms values in a part
     * @param outputs number of parts
     */
    static Rounding of(double terms, long outputs, double unitRoundoff) {
        double g = RoundingTerms.gamma(terms, unitRoundoff);
        if (!(g < 1)) {
            return Rounding.unknown();
        }
        double root = g / (1 + Math.sqrt(1 - g));
        return new Rounding(
                RoundingTerms.up(root + unitRoundoff * (1 + root)),
                2 * Math.sqrt(terms * outputs * RoundingTerms.underflow(unitRoundoff)),
                0);
    }
}
