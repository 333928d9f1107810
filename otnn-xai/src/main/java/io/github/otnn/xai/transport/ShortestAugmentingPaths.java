package io.github.otnn.xai.transport;

import java.util.Arrays;

/**
 * Working state of the assignment solver. Invariant: the reduced cost {@code c_ij - v_j} of an assigned pair is the smallest
 * of its row, so {@code u_i} = that minimum makes the potentials feasible and the partial assignment optimal.
 */
final class ShortestAugmentingPaths {
    private static final int FREE = -1;

    private final double[] cost;
    private final int n;
    private final int[] columnOfRow;
    private final int[] rowOfColumn;
    private final double[] v;

    // one search: length of the shortest alternating path to each column, its last row, columns in order of their
    // length
    private final double[] distance;
    private final int[] previousRow;
    private final int[] order;

    ShortestAugmentingPaths(double[] cost, int n) {
        this.cost = cost;
        this.n = n;
        columnOfRow = new int[n];
        rowOfColumn = new int[n];
        v = new double[n];
        distance = new double[n];
        previousRow = new int[n];
        order = new int[n];
    }

    ExactAssignment solve() {
        Arrays.fill(columnOfRow, FREE);
        Arrays.fill(rowOfColumn, FREE);
        reduceColumns();
        for (int row = 0; row < n; row++) {
            if (columnOfRow[row] == FREE) {
                augment(row, shortestPath(row));
            }
        }
        double total = 0;
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            double assigned = cost[i * n + columnOfRow[i]];
            total += assigned;
            u[i] = assigned - v[columnOfRow[i]];
        }
        return new ExactAssignment(columnOfRow, u, v, total);
    }

    /** Cheap start: v_j is the smallest cost of its column, so that row may keep the column unless it has one already. */
    private void reduceColumns() {
        for (int j = n - 1; j >= 0; j--) {
            int best = 0;
            for (int i = 1; i < n; i++) {
                if (cost[i * n + j] < cost[best * n + j]) {
                    best = i;
                }
            }
            v[j] = cost[best * n + j];
            if (columnOfRow[best] == FREE) {
                columnOfRow[best] = j;
                rowOfColumn[j] = best;
            }
        }
    }

    /**
     * Dijkstra over columns from a free row; all reduced costs along assigned pairs are 0 and the others at least 0.
     *
     * @return the free column at the end of the shortest path
     */
    private int shortestPath(int source) {
        for (int j = 0; j < n; j++) {
            distance[j] = cost[source * n + j] - v[j];
            previousRow[j] = source;
            order[j] = j;
        }
        for (int settled = 0; ; settled++) {
            int nearest = settled;
            for (int k = settled + 1; k < n; k++) {
                if (distance[order[k]] < distance[order[nearest]]) {
                    nearest = k;
                }
            }
            int column = order[nearest];
            order[nearest] = order[settled];
            order[settled] = column;
            if (rowOfColumn[column] == FREE) {
                raisePotentials(settled, distance[column]);
                return column;
            }
            relax(column, settled + 1);
        }
    }

    /** Shortens paths through the row that holds a column, for the columns not settled yet. */
    private void relax(int column, int from) {
        int row = rowOfColumn[column];
        int base = row * n;
        double offset = distance[column] - (cost[base + column] - v[column]);
        for (int k = from; k < n; k++) {
            int j = order[k];
            double length = offset + cost[base + j] - v[j];
            if (length < distance[j]) {
                distance[j] = length;
                previousRow[j] = row;
            }
        }
    }

    /** Keeps the invariant: settled columns become dearer by what their path was shorter than the one found. */
    private void raisePotentials(int settled, double length) {
        for (int k = 0; k < settled; k++) {
            v[order[k]] += distance[order[k]] - length;
        }
    }

    private void augment(int source, int end) {
        int column = end;
        while (true) {
            int row = previousRow[column];
            rowOfColumn[column] = row;
            int next = columnOfRow[row];
            columnOfRow[row] = column;
            if (row == source) {
                return;
            }
            column = next;
        }
    }
}
