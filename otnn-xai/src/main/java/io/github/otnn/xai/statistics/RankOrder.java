package io.github.otnn.xai.statistics;

/** Orders and ranks of values without NaN. 0 and -0 are equal. */
public final class RankOrder {
    private static final int RUN = 8;

    private RankOrder() {}

    /**
     * Indices from the largest value to the smallest; of equal values, the lower index first.
     *
     * @param values none NaN. Not modified.
     */
    public static int[] descending(double[] values) {
        int n = values.length;
        int[] order = new int[n];
        for (int from = 0; from < n; from += RUN) {
            insert(values, order, from, Math.min(n, from + RUN));
        }
        int[] other = new int[n];
        for (int width = RUN; width < n; width *= 2) {
            for (int from = 0; from < n; from += 2 * width) {
                int middle = Math.min(n, from + width);
                merge(values, order, other, from, middle, Math.min(n, from + 2 * width));
            }
            int[] swap = order;
            order = other;
            other = swap;
        }
        return order;
    }

    private static void insert(double[] values, int[] order, int from, int to) {
        for (int i = from; i < to; i++) {
            int place = i;
            while (place > from && values[order[place - 1]] < values[i]) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
    }

    private static void merge(double[] values, int[] order, int[] into, int from, int middle, int to) {
        int left = from;
        int right = middle;
        for (int k = from; k < to; k++) {
            boolean takesRight = left == middle || (right < to && values[order[right]] > values[order[left]]);
            into[k] = order[takesRight ? right++ : left++];
        }
    }

    /**
     * Ranks from 0, the smallest value's, to n - 1; equal values share the mean of their ranks.
     *
     * @param values none NaN. Not modified.
     */
    public static double[] averageRanks(double[] values) {
        int n = values.length;
        int[] order = descending(values);
        double[] ranks = new double[n];
        int from = 0;
        while (from < n) {
            int to = endOfTie(values, order, from);
            for (int k = from; k < to; k++) {
                // places from..to-1 from the top are ranks n-to..n-1-from from the bottom
                ranks[order[k]] = n - 0.5 * (from + to + 1);
            }
            from = to;
        }
        return ranks;
    }

    /**
     * Share of the values that equal another one.
     *
     * @param order of the values, as {@link #descending} gives it. Not modified.
     */
    public static double tieShare(double[] values, int[] order) {
        int tied = 0;
        int from = 0;
        while (from < values.length) {
            int to = endOfTie(values, order, from);
            tied += to - from > 1 ? to - from : 0;
            from = to;
        }
        return (double) tied / values.length;
    }

    private static int endOfTie(double[] values, int[] order, int from) {
        int to = from + 1;
        while (to < order.length && values[order[to]] == values[order[from]]) {
            to++;
        }
        return to;
    }
}
