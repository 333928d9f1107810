package io.github.otnn.xai.attribution;

import io.github.otnn.xai.SeededStreams;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Sets of players, neither none nor all, weighed by the Shapley kernel.
 *
 * @param present {@code [coalitions][players]}, 1 or 0
 * @param weights of the coalitions in a regression
 */
record Coalitions(double[][] present, double[] weights) {
    /** All coalitions if there are no more than {@code count}, else so many drawn by the kernel. */
    static Coalitions of(int players, int count, long seed) {
        boolean all = players < 31 && (1L << players) - 2 <= count;
        return all ? all(players) : drawn(players, count, seed);
    }

    /** Each coalition of size k has the weight (n - 1) / (C(n, k) k (n - k)). */
    private static Coalitions all(int players) {
        double[][] present = new double[(1 << players) - 2][players];
        double[] weights = new double[present.length];
        for (int s = 0; s < present.length; s++) {
            int members = s + 1;
            Arrays.setAll(present[s], i -> members >> i & 1);
            int size = Integer.bitCount(members);
            weights[s] = (players - 1) / (choose(players, size) * size * (players - size));
        }
        return new Coalitions(present, weights);
    }

    /**
     * A size drawn by its share of the kernel, then the members. Equal weights, for the drawing has weighed them. Every second
     * coalition is what the one before leaves out: errors that interactions of two players cause cancel in such a pair.
     */
    private static Coalitions drawn(int players, int count, long seed) {
        double[][] present = new double[count][players];
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        double[] upTo = new double[players];
        for (int k = 1; k < players; k++) {
            upTo[k] = upTo[k - 1] + 1.0 / ((double) k * (players - k));
        }
        for (int s = 0; s < count; s += 2) {
            SplittableRandom random = SeededStreams.of(seed, s, 0);
            double place = random.nextDouble() * upTo[players - 1];
            int size = 1;
            while (size < players - 1 && upTo[size] <= place) {
                size++;
            }
            int[] order = LatinHypercube.shuffled(players, random);
            for (int i = 0; i < players; i++) {
                present[s][i] = order[i] < size ? 1 : 0;
                if (s + 1 < count) {
                    present[s + 1][i] = 1 - present[s][i];
                }
            }
        }
        return new Coalitions(present, weights);
    }

    private static double choose(int n, int k) {
        double result = 1;
        for (int i = 1; i <= k; i++) {
            result = result * (n - k + i) / i;
        }
        return result;
    }
}
