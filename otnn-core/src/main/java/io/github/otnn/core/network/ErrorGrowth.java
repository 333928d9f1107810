package io.github.otnn.core.network;

/**
 * What is proven of layers in sequence: how far their exact outputs lie apart, and how far the computed output may be from the
 * exact one. {@link #then} carries both through one more layer; everything is rounded up. Norms are L2, per sample.
 *
 * <pre>
 * |exact(x) - exact(z)|    &lt;= lipschitz |x - z|
 * |exact(x)|               &lt;= lipschitz |x| + offset
 * |computed(x) - exact(x)| &lt;= relative |x| + absolute
 * </pre>
 *
 * @param lipschitz bound of the sequence's Lipschitz constant
 * @param rounding of the whole sequence
 */
public record ErrorGrowth(double lipschitz, Rounding rounding) {
    /** Checks the bound. */
    public ErrorGrowth {
        if (!(lipschitz >= 0)) {
            throw new IllegalArgumentException("ErrorGrowth: expected a Lipschitz bound >= 0, got " + lipschitz);
        }
    }

    /** No layer yet: the input itself. */
    public static ErrorGrowth start() {
        return new ErrorGrowth(1, Rounding.none());
    }

    /**
     * The sequence followed by one more layer. That layer gets the computed output c of those before it, so its own error is
     * at most {@code own.relative |c| + own.absolute}, and it stretches the error that c comes with by at most its bound L:
     *
     * <pre>
     * relative' = L relative + own.relative (lipschitz + relative)
     * absolute' = L absolute + own.relative (offset + absolute) + own.absolute
     * offset'   = L offset   + own.offset
     * </pre>
     *
     * @param bound proven Lipschitz bound L of the layer
     * @param own what the layer states of its own arithmetic
     */
    public ErrorGrowth then(double bound, Rounding own) {
        double relative = sum(product(bound, rounding.relative()), product(own.relative(), largestSlope()));
        double absolute =
                sum(sum(product(bound, rounding.absolute()), product(own.relative(), largestOffset())), own.absolute());
        double offset = sum(product(bound, rounding.offset()), own.offset());
        double largestInput = Math.min(rounding.largestInput(), inputNormWithin(own.largestInput()));
        return new ErrorGrowth(
                LipschitzBound.product(lipschitz, bound), new Rounding(relative, absolute, offset, largestInput));
    }

    /**
     * The same for those inputs only whose computed outputs have a norm of at most a power of two far below the overflow: their
     * squares and the sums of those stay finite, and so does what layers hold inside, if 2^60 times as large.
     *
     * @param unitRoundoff of the arithmetic
     */
    public ErrorGrowth withoutOverflow(double unitRoundoff) {
        double limit = unitRoundoff == 0x1p-53 ? 0x1p500 : 0x1p60;
        double largestInput = Math.min(rounding.largestInput(), inputNormWithin(limit));
        return new ErrorGrowth(
                lipschitz, new Rounding(rounding.relative(), rounding.absolute(), rounding.offset(), largestInput));
    }

    /** Norm of an input up to which no computed output has a norm above {@code limit}; 0 where that is not proven. */
    public double inputNormWithin(double limit) {
        if (limit == Double.POSITIVE_INFINITY) {
            return limit;
        }
        double norm = Math.nextDown(Math.nextDown(limit - largestOffset()) / largestSlope());
        return norm > 0 ? norm : 0;
    }

    /** |computed(x)| is at most this times |x|, plus {@link #largestOffset}. */
    private double largestSlope() {
        return sum(lipschitz, rounding.relative());
    }

    private double largestOffset() {
        return sum(rounding.offset(), rounding.absolute());
    }

    private static double product(double a, double b) {
        return a == 0 || b == 0 ? 0 : LipschitzBound.product(a, b);
    }

    private static double sum(double a, double b) {
        return a == 0 ? b : b == 0 ? a : Math.nextUp(a + b);
    }
}
