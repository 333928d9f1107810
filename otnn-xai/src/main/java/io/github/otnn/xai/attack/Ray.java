package io.github.otnn.xai.attack;

/** Finds the shortest length along a line at which the decision is another: grows until it is, then bisects. */
final class Ray {
    private static final double PRECISION = 1e-7;
    private static final double SLIGHTLY = 0.01;
    private static final int GROWTHS = 12;

    private final double limit;
    private int growths;
    private int bisections;
    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private double length;

    /**
     * Starts with a guess.
     *
     * @param limit lengths above it are not tried
     * @param bisections lengths tried once the decision has changed
     */
    Ray(double guess, double limit, int bisections) {
        this.length = Math.min(guess, limit);
        this.limit = limit;
        this.bisections = bisections;
    }

    /** Searches below a length at which the decision is another. */
    static Ray below(double length, int bisections) {
        Ray ray = new Ray(length, length, bisections + 1);
        ray.see(true);
        return ray;
    }

    /** The next length to try. */
    double length() {
        return length;
    }

    boolean done() {
        return high == Double.POSITIVE_INFINITY
                ? growths > GROWTHS || low >= limit
                : bisections <= 0 || high - low <= PRECISION * high;
    }

    void see(boolean flipped) {
        boolean first = low == 0 && high == Double.POSITIVE_INFINITY;
        if (flipped) {
            high = length;
        } else {
            low = length;
        }
        if (high == Double.POSITIVE_INFINITY) {
            length = Math.min(limit, growths++ == 0 ? (1 + SLIGHTLY) * low : 2 * low);
        } else {
            bisections--;
            // a guess is good where the function is nearly affine: look just below it before halving
            length = flipped && first ? (1 - SLIGHTLY) * high : (low + high) / 2;
        }
    }
}
