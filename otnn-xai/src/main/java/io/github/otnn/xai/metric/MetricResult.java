package io.github.otnn.xai.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A metric of one set of maps: a number for each sample, and what is needed to read and repeat it.
 *
 * <p>The interval is a percentile bootstrap: means of 1000 draws of as many samples with replacement, from their 2.5 % to their
 * 97.5 % quantile. NaN and infinite values are counted and take no part. It tells how much the mean depends on the samples that
 * were taken, not on seeds or settings.
 *
 * @param metric name of the metric
 * @param values {@code [samples]}; the array belongs to the receiver
 * @param mean of the finite values; NaN if there is none
 * @param low lower end of the 95 % interval of the mean
 * @param high upper end
 * @param unit of the values, such as {@code "score"}
 * @param direction which values are better
 * @param parameters all settings in one line
 * @param seed of what was drawn, and of the bootstrap
 * @param evaluations points at which the function was evaluated, with or without gradients
 * @param counts samples with something unusual
 */
public record MetricResult(
        String metric,
        double[] values,
        double mean,
        double low,
        double high,
        String unit,
        Direction direction,
        String parameters,
        long seed,
        long evaluations,
        SampleCounts counts) {
    private static final int RESAMPLES = 1000;

    /**
     * Summarises values.
     *
     * @param values {@code [samples]}, at least one; NaN and infinite ones are counted here. Copied.
     * @param undefined see {@link SampleCounts}, as are {@code tied} and {@code constant}
     */
    static MetricResult of(
            Metadata about, double[] values, long seed, long evaluations, int undefined, int tied, int constant) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        int nan = (int) Arrays.stream(values).filter(Double::isNaN).count();
        SampleCounts counts = new SampleCounts(nan, values.length - finite.length - nan, undefined, tied, constant);
        double[] interval = interval(finite, seed);
        return new MetricResult(
                about.metric,
                values.clone(),
                mean(finite),
                interval[0],
                interval[1],
                about.unit,
                about.direction,
                about.parameters,
                seed,
                evaluations,
                counts);
    }

    /** What a metric says about all its results. */
    record Metadata(String metric, String unit, Direction direction, String parameters) {}

    /** The same result, its interval drawn with another seed. */
    public MetricResult resampled(long otherSeed) {
        double[] interval =
                interval(Arrays.stream(values).filter(Double::isFinite).toArray(), otherSeed);
        return new MetricResult(
                metric,
                values,
                mean,
                interval[0],
                interval[1],
                unit,
                direction,
                parameters,
                otherSeed,
                evaluations,
                counts);
    }

    /** The same result with a line about where the maps come from, and the evaluations that they took. */
    MetricResult ofMaps(String maps, long moreEvaluations) {
        return new MetricResult(
                metric,
                values,
                mean,
                low,
                high,
                unit,
                direction,
                parameters + "; maps: " + maps,
                seed,
                evaluations + moreEvaluations,
                counts);
    }

    /** One line of text: mean, interval, unit, direction, settings, and what was unusual. */
    public String describe() {
        String unusual = counts.describe();
        return String.format(
                Locale.ROOT,
                "%s %.6g [%.6g, %.6g] %s, %s is better, n %d%s; %s; seed %d, %d evaluations",
                metric,
                mean,
                low,
                high,
                unit,
                direction.name().toLowerCase(Locale.ROOT),
                values.length,
                unusual.isEmpty() ? "" : " (" + unusual + ")",
                parameters,
                seed,
                evaluations);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /** 2.5 % and 97.5 % quantiles of resampled means, interpolated between neighbours. */
    private static double[] interval(double[] finite, long seed) {
        if (finite.length == 0) {
            return new double[] {Double.NaN, Double.NaN};
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            double sum = 0;
            for (int i = 0; i < finite.length; i++) {
                sum += finite[random.nextInt(finite.length)];
            }
            means[b] = sum / finite.length;
        }
        Arrays.sort(means);
        return new double[] {quantile(means, 0.025), quantile(means, 0.975)};
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
