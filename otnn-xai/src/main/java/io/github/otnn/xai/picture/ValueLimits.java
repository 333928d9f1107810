package io.github.otnn.xai.picture;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The values that the first and the last colour stand for; what lies beyond gets the same colours. Maps are comparable only
 * with equal limits: take them once from all maps of a figure.
 *
 * @param low value of the first colour
 * @param high value of the last colour; equal to {@code low} for a constant map
 */
public record ValueLimits(double low, double high) {
    /** Checks the order. */
    public ValueLimits {
        if (!(low <= high) || !Double.isFinite(high - low)) {
            throw new IllegalArgumentException("ValueLimits: expected finite low <= high, got " + low + ", " + high);
        }
    }

    /** From {@code -bound} to {@code bound}. */
    public static ValueLimits symmetric(double bound) {
        return new ValueLimits(-bound, bound);
    }

    /**
     * Limits that show every value: symmetric around 0 for a diverging map, else smallest to largest.
     *
     * @param values of any shape, finite. Not modified.
     */
    public static ValueLimits of(INDArray values, ColourMap colours) {
        return of(values, colours, 100);
    }

    /**
     * Limits that let the most extreme values go, which would otherwise leave the rest without contrast.
     *
     * <pre>
     * diverging   -q .. q, where q is the given percentile of |values|
     * else        from percentile 100 - percent to percentile percent of the values
     * </pre>
     *
     * @param values of any shape, finite. Not modified.
     * @param percent above 50, at most 100; 99.9 is usual without sign, 99.5 with sign
     */
    public static ValueLimits of(INDArray values, ColourMap colours, double percent) {
        if (!(percent > 50 && percent <= 100)) {
            throw new IllegalArgumentException("ValueLimits: percent must be in (50, 100], got " + percent);
        }
        if (values.isEmpty() || values.length() == 0) {
            throw new IllegalArgumentException("ValueLimits: expected at least one value, got none");
        }
        Tensors.requireFinite("ValueLimits", values);
        double[] sorted = Tensors.toDoubles(values);
        if (colours.diverging()) {
            Arrays.setAll(sorted, i -> Math.abs(sorted[i]));
            Arrays.sort(sorted);
            return symmetric(percentile(sorted, percent));
        }
        Arrays.sort(sorted);
        return new ValueLimits(percentile(sorted, 100 - percent), percentile(sorted, percent));
    }

    /** Place of a value between the limits, 0 to 1. A constant map is all middle if it diverges, else all low end. */
    double position(double value, ColourMap colours) {
        if (low == high) {
            return colours.diverging() ? 0.5 : 0;
        }
        return Math.min(1, Math.max(0, (value - low) / (high - low)));
    }

    /** Checks that 0 gets the middle colour of a diverging map. */
    void requireFits(ColourMap colours) {
        if (colours.diverging() && low != -high) {
            throw new IllegalArgumentException(colours
                    + ": expected limits symmetric around 0, so that white is 0, got "
                    + low + " to " + high + "; use ValueLimits.symmetric(" + Math.max(Math.abs(low), Math.abs(high))
                    + ")");
        }
    }

    private static double percentile(double[] sorted, double percent) {
        return sorted[(int) Math.round(percent / 100 * (sorted.length - 1))];
    }
}
