package io.github.otnn.layers;

/**
 * The constants of rounding error analysis.
 *
 * @see <a href="https://epubs.siam.org/doi/book/10.1137/1.9780898718027">Higham 2002, chapter 3</a>
 */
final class RoundingTerms {
    /** Unit roundoff of float64, in which several kernels compute whatever the type of their arrays. */
    static final double FLOAT64 = 0x1p-53;

    /** Makes up for the rounding of the few float64 operations that evaluate a bound. */
    private static final double EVALUATION = 1 + 0x1p-46;

    private RoundingTerms() {}

    /** gamma_n = n u / (1 - n u): relative error of n roundings in a row; infinite where n u is 1 or more. */
    static double gamma(double roundings, double unitRoundoff) {
        double sum = roundings * unitRoundoff;
        return sum < 1 ? sum / (1 - sum) * EVALUATION : Double.POSITIVE_INFINITY;
    }

    /**
     * Error bound of one operation whose result is below the normal numbers. It holds for processors that flush such results
     * to zero, too.
     */
    static double underflow(double unitRoundoff) {
        return unitRoundoff == FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    /**
     * Upper bound of the root of the sum of squares: a sum of n squares in float64 is off by at most n units in the last place.
     * Scaled by a power of two, so that no square vanishes or overflows.
     */
    static double norm(double... values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest == 0) {
            return 0;
        }
        int exponent = Math.getExponent(largest);
        double squares = 0;
        for (double value : values) {
            double scaled = Math.scalb(value, -exponent);
            squares += scaled * scaled;
        }
        return Math.nextUp(Math.scalb(Math.sqrt(squares) * (1 + 0x1p-52 * (values.length + 4)), exponent));
    }

    /** Rounded up. */
    static double up(double value) {
        return value * EVALUATION;
    }
}
