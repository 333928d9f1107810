package io.github.otnn.core.network;

/**
 * What a certificate has to know of a layer's arithmetic: how far the computed output may be from the exact one, and how large
 * outputs can be. Norms are L2, per sample.
 *
 * <pre>
 * |computed(x) - exact(x)| &lt;= relative |x| + absolute
 * |exact(x)|               &lt;= L |x| + offset,            offset &gt;= |exact(0)|
 * </pre>
 *
 * @param relative factor of the input's norm in the error
 * @param absolute part of the error that does not depend on the input
 * @param offset bound of the output's norm at the input 0
 * @param largestInput norm of an input up to which no value inside the layer overflows where its output does not; infinite
 *     for layers that hold nothing much larger than what they get and give
 */
public record Rounding(double relative, double absolute, double offset, double largestInput) {
    /** Checks the numbers. */
    public Rounding {
        if (!(relative >= 0) || !(absolute >= 0) || !(offset >= 0) || !(largestInput >= 0)) {
            throw new IllegalArgumentException("Rounding: expected values >= 0, got " + relative + ", " + absolute
                    + ", " + offset + ", " + largestInput);
        }
    }

    /** For layers that hold nothing much larger than what they get and give. */
    public Rounding(double relative, double absolute, double offset) {
        this(relative, absolute, offset, Double.POSITIVE_INFINITY);
    }

    /** Values are moved or compared, not computed, and 0 stays 0. */
    public static Rounding none() {
        return new Rounding(0, 0, 0);
    }

    /** Nothing is proven. */
    public static Rounding unknown() {
        return new Rounding(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
    }

    /** Whether error and offset are finite, so that something is proven. */
    public boolean isKnown() {
        return Double.isFinite(relative) && Double.isFinite(absolute) && Double.isFinite(offset);
    }

    /** The error for an input of this norm, rounded up: {@code relative norm + absolute}. */
    public double errorAt(double norm) {
        double error = relative == 0 || norm == 0 ? 0 : Math.nextUp(relative * norm);
        return absolute == 0 ? error : Math.nextUp(error + absolute);
    }
}
