package io.github.otnn.xai.transport;

import io.github.otnn.xai.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link TransportCheck} has measured, both classes together unless said otherwise. The arrays belong to the receiver.
 *
 * @param features values of one sample
 * @param slopes of the data, with the residuals of the unit step
 * @param slopesElsewhere |grad f| half way between partners and at the ends of the unit steps
 * @param newtonResiduals |f(x - f grad f / |grad f|^2)| / |f(x)|
 * @param difference KR: mean f over the positive samples - mean f over the negative ones
 * @param distance W1 of the same samples, exact
 * @param pairs figures of the optimal pairs
 * @param boundaryRatios distance to the boundary on the gradient's ray over |f|, where it was reached
 * @param attackCosines between perturbations and the way down the gradient, where the attack has found something
 * @param attackRatios distances of the attack over |f|
 */
public record TransportReport(
        TransportThresholds thresholds,
        int features,
        SlopeReport slopes,
        double[] slopesElsewhere,
        double[] newtonResiduals,
        double difference,
        double distance,
        PairFigures pairs,
        double[] boundaryRatios,
        double[] attackCosines,
        double[] attackRatios) {
    private static final double SIGNIFICANT = 3;
    private static final int BINS = 20;

    /**
     * One statement beside its number.
     *
     * @param source where the statement comes from
     * @param claim what is measured
     * @param measured the number; NaN if there was nothing to measure
     * @param limit to hold it against
     * @param atMost whether the number may not be above the limit; else it may not be below
     * @param gate whether a violation proves a bug, instead of a network that is not optimal
     */
    public record Statement(String source, String claim, double measured, double limit, boolean atMost, boolean gate) {
        /** Whether the number keeps the limit; a number that was not measured does not. */
        public boolean holds() {
            return atMost ? measured <= limit : measured >= limit;
        }

        private String verdict() {
            if (Double.isNaN(measured)) {
                return "not measured";
            }
            return holds() ? "holds" : gate ? "BUG" : "missed";
        }
    }

    /** Largest slope met anywhere. */
    public double largestSlope() {
        return Math.max(
                slopes.slope().maximum(), Arrays.stream(slopesElsewhere).max().orElse(0));
    }

    /** KR over W1; 0 where the samples coincide. */
    public double transportRatio() {
        return distance == 0 ? 0 : difference / distance;
    }

    /** Numbers of slopes of the data in twenty classes of width .05 from 0 on; a last one takes those from 1 on. */
    public int[] slopeHistogram() {
        int[] counts = new int[BINS + 1];
        for (double slope : slopes.gradientNorms()) {
            counts[(int) Math.min(BINS, slope * BINS)]++;
        }
        return counts;
    }

    /** Whether everything holds that is true of each 1-Lipschitz score, trained or not. */
    public boolean sound() {
        return statements().stream().allMatch(statement -> !statement.gate() || statement.holds());
    }

    /** Statements that do not hold. */
    public List<Statement> missed() {
        return statements().stream().filter(statement -> !statement.holds()).toList();
    }

    /** All statements. Those about an attack are left out if there was none. */
    public List<Statement> statements() {
        TransportThresholds t = thresholds;
        List<Statement> all = new ArrayList<>();
        all.add(gate(
                "1-Lipschitz", "largest |grad f| on data, steps and interpolates", largestSlope(), 1 + t.tolerance()));
        all.add(gate("duality", "KR / W1, same samples", transportRatio(), 1 + t.tolerance()));
        all.add(gate("1-Lipschitz", "largest pair tightness", largest(pairs.tightness()), 1 + t.tolerance()));
        all.add(least("slope 1", "median |grad f|", slopes.slope().median(), t.medianSlope()));
        all.add(least("slope 1", "5 % quantile of |grad f|", slopes.slope().p5(), t.lowSlope()));
        all.add(least("duality", "KR / W1", transportRatio(), t.transportRatio()));
        double noise = SIGNIFICANT / Math.sqrt((double) features * Math.max(1, pairs.distances().length));
        double cosine = Math.max(t.pairCosine(), noise);
        all.add(least("Proposition 1", "mean (f(x) - f(y)) / |x - y|", mean(pairs.tightness()), t.pairTightness()));
        all.add(least("Proposition 1", "mean cos(grad f(x), x - y)", mean(pairs.cosinesAtX()), cosine));
        all.add(least("Proposition 1", "mean cos(grad f(y), x - y)", mean(pairs.cosinesAtY()), cosine));
        double residual = slopes.boundaryResidual().median();
        all.add(most("Proposition 2", "median |f(x - f grad f)| / |f|", residual, t.boundaryResidual()));
        all.add(most("Proposition 2", "the same for Newton's step", median(newtonResiduals), t.newtonResidual()));
        all.add(most("Corollary 1", "median distance to f = 0 / |f|", median(boundaryRatios), t.boundaryRatio()));
        if (attackCosines.length > 0) {
            all.add(least("Corollary 1", "median cos(attack, way down)", median(attackCosines), t.attackCosine()));
            all.add(most("Corollary 1", "median attack distance / |f|", median(attackRatios), t.attackRatio()));
        }
        return all;
    }

    /** The report as a table. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        line(text, "%-14s %-50s %10s %12s  %s", "statement", "measured", "value", "wanted", "verdict");
        for (Statement s : statements()) {
            line(
                    text,
                    "%-14s %-50s %10.4f %s %9.4f  %s",
                    s.source(),
                    s.claim(),
                    s.measured(),
                    s.atMost() ? "<=" : ">=",
                    s.limit(),
                    s.verdict());
        }
        line(text, "KR %.6g, W1 %.6g", difference, distance);
        line(text, "|grad f|: %s", slopes.slope().describe());
        line(text, "share of |grad f| in [.95, 1.001]: %.1f %%", 100 * slopes.shareOfSlopesWithin(0.95, 1.001));
        line(text, "histogram of |grad f|, steps of .05: %s", Arrays.toString(slopeHistogram()));
        if (pairs.distances().length > 0) {
            line(text, "ray residual: %s", Distribution.of(pairs.rayResiduals()).describe());
        }
        return text.toString();
    }

    private static Statement gate(String source, String claim, double measured, double limit) {
        return new Statement(source, claim, measured, limit, true, true);
    }

    private static Statement least(String source, String claim, double measured, double limit) {
        return new Statement(source, claim, measured, limit, false, false);
    }

    private static Statement most(String source, String claim, double measured, double limit) {
        return new Statement(source, claim, measured, limit, true, false);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double median(double[] values) {
        return values.length == 0 ? Double.NaN : Distribution.of(values).median();
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
