package io.github.otnn.xai.metric;

import java.util.Arrays;
import java.util.Locale;

/**
 * Scores while the pixels of samples are taken away or given back. The arrays belong to the receiver.
 *
 * @param area mean score on each curve, all steps counting alike
 * @param counts {@code [steps + 1]}, pixels changed at each step
 * @param curves {@code [samples][steps + 1]}, scores
 * @param tieShares {@code [samples]}, share of the pixels whose map value equals another's: there the order is that of the pixels
 */
public record PerturbationCurves(MetricResult area, int[] counts, double[][] curves, double[] tieShares) {
    /** Share of the pixels that are changed at each step. */
    public double[] fractions() {
        double pixels = counts[counts.length - 1];
        return Arrays.stream(counts).mapToDouble(count -> count / pixels).toArray();
    }

    /** Mean of the curves. */
    public double[] meanCurve() {
        double[] mean = new double[counts.length];
        for (double[] curve : curves) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += curve[i] / curves.length;
            }
        }
        return mean;
    }

    /** Area below each curve over the share of pixels changed; the mean score where steps are equally long. */
    public double[] areasOnFractions() {
        double[] at = fractions();
        return Arrays.stream(curves).mapToDouble(curve -> area(at, curve)).toArray();
    }

    /** Area by the trapezoid rule. */
    private static double area(double[] at, double[] curve) {
        double sum = 0;
        for (int i = 1; i < at.length; i++) {
            sum += (at[i] - at[i - 1]) * (curve[i] + curve[i - 1]) / 2;
        }
        return sum;
    }

    /** Mean of the values between neighbours. */
    static double meanOf(double[] curve) {
        double sum = 0;
        for (int i = 1; i < curve.length; i++) {
            sum += (curve[i] + curve[i - 1]) / 2;
        }
        return sum / (curve.length - 1);
    }

    /** The area and the share of ties in one line. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%s; ties %.3g %% of the pixels",
                area.describe(),
                100 * Arrays.stream(tieShares).average().orElseThrow());
    }
}
