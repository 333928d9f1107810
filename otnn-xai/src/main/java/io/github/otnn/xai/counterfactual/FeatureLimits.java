package io.github.otnn.xai.counterfactual;

import java.util.Arrays;

/**
 * A range for each feature, and features that stay as they are: an age cannot be changed, an income is not negative. For tables.
 * Immutable and thread-safe.
 */
public final class FeatureLimits implements Limits {
    private final double[] low;
    private final double[] high;
    private final boolean[] fixed;

    private FeatureLimits(double[] low, double[] high, boolean[] fixed) {
        this.low = low;
        this.high = high;
        this.fixed = fixed;
    }

    /** Features without limits. */
    public static FeatureLimits free(int features) {
        double[] low = new double[features];
        double[] high = new double[features];
        Arrays.fill(low, Double.NEGATIVE_INFINITY);
        Arrays.fill(high, Double.POSITIVE_INFINITY);
        return new FeatureLimits(low, high, new boolean[features]);
    }

    /**
     * The same with another range for one feature.
     *
     * @param smallest may be infinite
     * @param largest may be infinite, not below {@code smallest}
     */
    public FeatureLimits withRange(int feature, double smallest, double largest) {
        requireFeature(feature);
        if (!(smallest <= largest)) {
            throw new IllegalArgumentException("FeatureLimits: expected low <= high for feature " + feature + ", got ["
                    + smallest + ", " + largest + "]");
        }
        double[] lows = low.clone();
        double[] highs = high.clone();
        lows[feature] = smallest;
        highs[feature] = largest;
        return new FeatureLimits(lows, highs, fixed);
    }

    /** The same with features that nobody may move. */
    public FeatureLimits withFixed(int... features) {
        boolean[] all = fixed.clone();
        for (int feature : features) {
            requireFeature(feature);
            all[feature] = true;
        }
        return new FeatureLimits(low, high, all);
    }

    @Override
    public double clip(int feature, double value, double original) {
        return fixed[feature] ? original : Math.min(high[feature], Math.max(low[feature], value));
    }

    @Override
    public void requireLength(int length) {
        if (length != low.length) {
            throw new IllegalArgumentException(
                    "FeatureLimits: made for " + low.length + " features, but a sample has " + length + " values");
        }
    }

    @Override
    public String describe() {
        int held = 0;
        int limited = 0;
        for (int i = 0; i < low.length; i++) {
            held += fixed[i] ? 1 : 0;
            limited += !fixed[i] && (low[i] > Double.NEGATIVE_INFINITY || high[i] < Double.POSITIVE_INFINITY) ? 1 : 0;
        }
        return low.length + " features, " + held + " fixed, " + limited + " limited";
    }

    @Override
    public String describe(int feature) {
        return "[" + low[feature] + ", " + high[feature] + "] of feature " + feature;
    }

    private void requireFeature(int feature) {
        if (feature < 0 || feature >= low.length) {
            throw new IllegalArgumentException("FeatureLimits: feature " + feature + " is outside the " + low.length
                    + " features 0.." + (low.length - 1));
        }
    }
}
