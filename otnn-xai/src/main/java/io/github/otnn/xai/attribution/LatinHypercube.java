package io.github.otnn.xai.attribution;

import io.github.otnn.xai.SeededStreams;
import java.util.SplittableRandom;

/** Points in a cube of many dimensions, spread evenly along each of them, the dimensions independent of each other. */
final class LatinHypercube {
    private LatinHypercube() {}

    /** Points {@code [count][dimensions]}: on each axis exactly one in each of {@code count} equal parts of [0, 1]. */
    static double[][] points(int count, int dimensions, long seed) {
        double[][] points = new double[count][dimensions];
        for (int d = 0; d < dimensions; d++) {
            SplittableRandom random = SeededStreams.of(seed, d, 0);
            int[] order = shuffled(count, random);
            for (int i = 0; i < count; i++) {
                points[i][d] = (order[i] + random.nextDouble()) / count;
            }
        }
        return points;
    }

    /** The numbers from 0 to count - 1 in random order. */
    static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int place = random.nextInt(i + 1);
            order[i] = order[place];
            order[place] = i;
        }
        return order;
    }
}
