package io.github.otnn.xai.transport;

/**
 * The cheapest one-to-one assignment of rows to columns, with a proof of optimality.
 *
 * <pre>
 * primal   min over permutations p of sum_i cost[i][p(i)]
 * dual     max sum_i u_i + sum_j v_j   with u_i + v_j at most cost[i][j]
 * </pre>
 *
 * Both have the same value, up to rounding; {@link #dualityGap()} shows it. Potentials are not unique, and where several
 * assignments cost the same, one of them is found, always the same one. Shortest augmenting paths, O(n^3) time, O(n^2)
 * memory, float64. The arrays belong to the receiver.
 *
 * @param columnOfRow {@code [n]}, column assigned to each row
 * @param rowPotentials {@code [n]}, u
 * @param columnPotentials {@code [n]}, v
 * @param totalCost of the assignment
 * @see <a href="https://doi.org/10.1007/BF02278710">Jonker, Volgenant 1987</a>
 */
public record ExactAssignment(int[] columnOfRow, double[] rowPotentials, double[] columnPotentials, double totalCost) {
    /** Largest n whose n x n costs fit in one Java array. */
    private static final int LARGEST = 46340;

    /**
     * Solves a square problem.
     *
     * @param cost {@code [n][n]}, finite, any sign. Not modified.
     * @throws IllegalArgumentException if there is no row, a row has another length than n, or a cost is NaN or infinite
     */
    public static ExactAssignment solve(double[][] cost) {
        int n = cost.length;
        if (n == 0) {
            throw new IllegalArgumentException("ExactAssignment: expected at least one row of costs, got none");
        }
        double[] flat = squareMatrix(n);
        for (int i = 0; i < n; i++) {
            if (cost[i].length != n) {
                throw new IllegalArgumentException("ExactAssignment: expected " + n + " costs in each of the " + n
                        + " rows, got " + cost[i].length + " in row " + i + "; only square problems are solved");
            }
            System.arraycopy(cost[i], 0, flat, i * n, n);
        }
        return solve(flat, n);
    }

    /** Room for n x n costs. */
    static double[] squareMatrix(int n) {
        if (n > LARGEST) {
            throw new IllegalArgumentException("ExactAssignment: expected at most " + LARGEST + " rows, got " + n
                    + "; take a random part of the samples");
        }
        return new double[n * n];
    }

    /** The same for costs in row-major order. */
    static ExactAssignment solve(double[] cost, int n) {
        for (int k = 0; k < cost.length; k++) {
            if (!Double.isFinite(cost[k])) {
                throw new IllegalArgumentException("ExactAssignment: cost [" + k / n + ", " + k % n + "] is " + cost[k]
                        + "; expected finite costs");
            }
        }
        return new ShortestAugmentingPaths(cost, n).solve();
    }

    /** Total cost minus the value of the potentials: 0 up to rounding. */
    public double dualityGap() {
        double gap = totalCost;
        for (int i = 0; i < rowPotentials.length; i++) {
            gap -= rowPotentials[i] + columnPotentials[i];
        }
        return gap;
    }
}
