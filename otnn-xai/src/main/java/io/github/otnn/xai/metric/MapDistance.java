package io.github.otnn.xai.metric;

import io.github.otnn.xai.attribution.PixelGrid;
import io.github.otnn.xai.statistics.Correlation;
import io.github.otnn.xai.statistics.StructuralSimilarity;

/**
 * How far two maps are apart, a and b their values, n their number. Those that compare values are in units of the maps (or their
 * squares) and not comparable between networks; those that begin with 1 have no unit.
 */
public enum MapDistance {
    /** sqrt(sum (a - b)^2). */
    L2("L2") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return Math.sqrt(squares(a, b));
        }
    },
    /** sum (a - b)^2. Xplique up to 0.3 calls this the L2 distance. */
    SQUARED_L2("squared L2") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return squares(a, b);
        }
    },
    /** sum (a - b)^2 / n. */
    MSE("mean square per pixel") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return squares(a, b) / a.length;
        }
    },
    /** sqrt(sum (a - b)^2 / n). */
    RMSE("root mean square per pixel") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return Math.sqrt(squares(a, b) / a.length);
        }
    },
    /** sum |a - b| / n. */
    MAE("mean absolute per pixel") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            double sum = 0;
            for (int p = 0; p < a.length; p++) {
                sum += Math.abs(a[p] - b[p]);
            }
            return sum / a.length;
        }
    },
    /** 1 - Spearman's correlation, from 0 to 2. */
    ONE_MINUS_SPEARMAN("1 - rank correlation") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return 1 - Correlation.SPEARMAN.between(a, b);
        }
    },
    /** 1 - Pearson's correlation, from 0 to 2. */
    ONE_MINUS_PEARSON("1 - correlation") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return 1 - Correlation.PEARSON.between(a, b);
        }
    },
    /** 1 - a.b / (|a| |b|), from 0 to 2. */
    ONE_MINUS_COSINE("1 - cosine") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            double products = 0;
            double squaresA = 0;
            double squaresB = 0;
            for (int p = 0; p < a.length; p++) {
                products += a[p] * b[p];
                squaresA += a[p] * a[p];
                squaresB += b[p] * b[p];
            }
            return 1 - Math.max(-1, Math.min(1, products / Math.sqrt(squaresA * squaresB)));
        }
    },
    /** 1 - SSIM, see {@link StructuralSimilarity}; images of at least 11 x 11 pixels. */
    ONE_MINUS_SSIM("1 - SSIM") {
        @Override
        double of(double[] a, double[] b, PixelGrid grid) {
            return 1 - StructuralSimilarity.between(a, b, grid.rows(), grid.columns());
        }
    };

    private final String unit;

    MapDistance(String unit) {
        this.unit = unit;
    }

    abstract double of(double[] a, double[] b, PixelGrid grid);

    /** Name of the unit. */
    public String unit() {
        return unit;
    }

    /**
     * The distance of two maps.
     *
     * @param a finite values, row by row. Not modified.
     * @param b as many. Not modified.
     * @param grid rows and columns of the maps
     * @return NaN if a correlation, cosine or similarity has no definition: a map is constant, or zero
     */
    public double between(double[] a, double[] b, PixelGrid grid) {
        if (a.length != grid.count() || b.length != a.length) {
            throw new IllegalArgumentException("distance of maps: expected " + grid.count() + " values each, got "
                    + a.length + " and " + b.length);
        }
        return of(a, b, grid);
    }

    private static double squares(double[] a, double[] b) {
        double sum = 0;
        for (int p = 0; p < a.length; p++) {
            double difference = a[p] - b[p];
            sum += difference * difference;
        }
        return sum;
    }
}
