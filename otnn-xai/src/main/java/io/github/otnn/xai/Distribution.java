package io.github.otnn.xai;

import java.util.Arrays;
import java.util.Locale;

/**
 * Summary of one number per sample.
 *
 * @param count of samples
 * @param standardDeviation with n - 1; 0 for one sample
 * @param p5 5 % quantile, interpolated linearly between neighbours, as are median and p95
 */
public record Distribution(
        int count,
        double mean,
        double standardDeviation,
        double minimum,
        double p5,
        double median,
        double p95,
        double maximum) {
    /**
     * Summarises values.
     *
     * @param values at least one, none NaN. Not modified.
     */
    public static Distribution of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Distribution: expected at least one value, got none");
        }
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                throw new IllegalArgumentException("Distribution: value " + i + " is NaN");
            }
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).sum() / sorted.length;
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = sorted.length == 1 ? 0 : Math.sqrt(squares / (sorted.length - 1));
        return new Distribution(
                sorted.length,
                mean,
                deviation,
                sorted[0],
                quantile(sorted, 0.05),
                quantile(sorted, 0.5),
                quantile(sorted, 0.95),
                sorted[sorted.length - 1]);
    }

    /** One line of text. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "median %.4g, mean %.4g, std %.3g, 5 %% %.4g, 95 %% %.4g, range [%.4g, %.4g], n %d",
                median,
                mean,
                standardDeviation,
                p5,
                p95,
                minimum,
                maximum,
                count);
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
