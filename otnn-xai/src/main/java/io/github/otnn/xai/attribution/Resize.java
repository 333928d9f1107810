package io.github.otnn.xai.attribution;

import java.util.function.DoubleUnaryOperator;

/** How a small map becomes as large as the image. Half-pixel centres; pixels outside the map take no part. */
public enum Resize {
    /** The map keeps its size. */
    NONE(0, distance -> 0),
    /** Between the two neighbours on each axis. */
    BILINEAR(1, distance -> 1 - distance),
    /** Keys' cubic with a = -0.5, four neighbours on each axis. Reaches beyond the values of the map, also below 0. */
    BICUBIC(2, Resize::keys);

    private static final double A = -0.5;

    private final int reach;
    private final DoubleUnaryOperator kernel;

    Resize(int reach, DoubleUnaryOperator kernel) {
        this.reach = reach;
        this.kernel = kernel;
    }

    private static double keys(double d) {
        return d <= 1 ? ((A + 2) * d - (A + 3)) * d * d + 1 : ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
    }

    /**
     * A map in another size.
     *
     * @param map {@code rows * columns} values in C order. Not modified.
     * @return {@code toRows * toColumns} values in C order; the map itself where sizes are kept
     */
    public double[] apply(double[] map, int rows, int columns, int toRows, int toColumns) {
        if (this == NONE || (rows == toRows && columns == toColumns)) {
            return map;
        }
        double[][] vertical = weights(rows, toRows);
        double[][] horizontal = weights(columns, toColumns);
        double[] resized = new double[toRows * toColumns];
        double[] line = new double[columns];
        for (int r = 0; r < toRows; r++) {
            for (int c = 0; c < columns; c++) {
                line[c] = 0;
                for (int k = 0; k < rows; k++) {
                    line[c] += vertical[r][k] * map[k * columns + c];
                }
            }
            for (int c = 0; c < toColumns; c++) {
                for (int k = 0; k < columns; k++) {
                    resized[r * toColumns + c] += horizontal[c][k] * line[k];
                }
            }
        }
        return resized;
    }

    /** Share of each old place in each new one; shares add up to 1. */
    private double[][] weights(int from, int to) {
        double[][] weights = new double[to][from];
        for (int p = 0; p < to; p++) {
            double place = (p + 0.5) * from / to - 0.5;
            double sum = 0;
            for (int k = 0; k < from; k++) {
                double distance = Math.abs(place - k);
                weights[p][k] = distance < reach ? kernel.applyAsDouble(distance) : 0;
                sum += weights[p][k];
            }
            for (int k = 0; k < from; k++) {
                weights[p][k] /= sum;
            }
        }
        return weights;
    }
}
