package io.github.otnn.core.linalg;

import java.util.random.RandomGenerator;

/** Random semi-orthogonal matrices, computed in float64 in plain Java: equal bits on every backend. */
public final class OrthogonalMatrices {
    private OrthogonalMatrices() {}

    /**
     * Draws a matrix {@code [rows, columns]} with orthonormal rows or columns, whichever are fewer, from the uniform
     * (Haar) distribution: the Q of a Gaussian matrix with the diagonal of R positive.
     *
     * @return values in C order
     */
    public static double[] random(int rows, int columns, RandomGenerator random) {
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        double[][] vectors = new double[count][length];
        for (int j = 0; j < count; j++) {
            do {
                for (int i = 0; i < length; i++) {
                    vectors[j][i] = random.nextGaussian();
                }
                // twice is enough: the second pass removes what rounding left (Kahan's rule)
                removeComponents(vectors, j);
                removeComponents(vectors, j);
            } while (!normalize(vectors[j]));
        }
        double[] matrix = new double[Math.multiplyExact(rows, columns)];
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < length; i++) {
                matrix[rows <= columns ? j * columns + i : i * columns + j] = vectors[j][i];
            }
        }
        return matrix;
    }

    private static void removeComponents(double[][] vectors, int j) {
        double[] v = vectors[j];
        for (int k = 0; k < j; k++) {
            double[] q = vectors[k];
            double dot = 0;
            for (int i = 0; i < v.length; i++) {
                dot += q[i] * v[i];
            }
            for (int i = 0; i < v.length; i++) {
                v[i] -= dot * q[i];
            }
        }
    }

    private static boolean normalize(double[] v) {
        double squares = 0;
        for (double value : v) {
            squares += value * value;
        }
        double norm = Math.sqrt(squares);
        if (norm < 1e-8) {
            return false;
        }
        for (int i = 0; i < v.length; i++) {
            v[i] /= norm;
        }
        return true;
    }
}
