package io.github.otnn.xai.statistics;

/** How much two series of values go together, from -1 to 1; NaN where one of them is constant, so that the question has no answer. */
public enum Correlation {
    /** Of the values themselves. */
    PEARSON {
        @Override
        double ofEqualLengths(double[] a, double[] b) {
            return pearson(a, b);
        }
    },
    /** Of the ranks; equal values share the mean of their ranks. */
    SPEARMAN {
        @Override
        double ofEqualLengths(double[] a, double[] b) {
            return pearson(RankOrder.averageRanks(a), RankOrder.averageRanks(b));
        }
    };

    abstract double ofEqualLengths(double[] a, double[] b);

    /**
     * The correlation.
     *
     * @param a finite. Not modified.
     * @param b as many, finite. Not modified.
     * @return NaN if a series is constant
     * @throws IllegalArgumentException if the lengths differ or are 0
     */
    public double between(double[] a, double[] b) {
        if (a.length != b.length || a.length == 0) {
            throw new IllegalArgumentException(
                    "correlation: expected two series of one length, got " + a.length + " and " + b.length + " values");
        }
        return isConstant(a) || isConstant(b) ? Double.NaN : ofEqualLengths(a, b);
    }

    /** Whether all values are equal. A test of the variance would miss it: means of equal values are rounded. */
    public static boolean isConstant(double[] values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static double pearson(double[] a, double[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            double u = a[i] - meanA;
            double v = b[i] - meanB;
            products += u * v;
            squaresA += u * u;
            squaresB += v * v;
        }
        // the root of the square is exact: equal series give 1, not almost 1
        double correlation = products / Math.sqrt(squaresA * squaresB);
        return Math.max(-1, Math.min(1, correlation));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
