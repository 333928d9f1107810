package io.github.otnn.core.linalg;

import java.util.Arrays;

/**
 * Which places of one side of a convolution meet at a place of the other side, and by which taps: the pattern of a written
 * out Gram matrix.
 *
 * @param keptCount number of places of the kept side, input positions or windows
 * @param kept for each place of the summed side the kept places that it touches
 * @param taps the tap of each touch
 */
record Incidences(int keptCount, int[][] kept, int[][] taps) {

    static Incidences of(ConvolutionAxis axis, boolean keepOutputs) {
        int keptCount = keepOutputs ? axis.windows() : axis.size();
        int summedCount = keepOutputs ? axis.size() : axis.windows();
        int[] counts = new int[summedCount];
        int[][] kept = new int[summedCount][];
        int[][] taps = new int[summedCount][];
        // first count, then fill
        for (boolean fill : new boolean[] {false, true}) {
            Arrays.fill(counts, 0);
            for (int window = 0; window < axis.windows(); window++) {
                for (int tap = 0; tap < axis.kernel(); tap++) {
                    int position = axis.position(window, tap);
                    if (position != ConvolutionAxis.BEYOND) {
                        int summed = keepOutputs ? position : window;
                        int index = counts[summed]++;
                        if (fill) {
                            kept[summed][index] = place(keepOutputs ? window : position, keptCount, axis.isCircular());
                            taps[summed][index] = tap;
                        }
                    }
                }
            }
            for (int i = 0; i < summedCount && !fill; i++) {
                kept[i] = new int[counts[i]];
                taps[i] = new int[counts[i]];
            }
        }
        return new Incidences(keptCount, kept, taps);
    }

    /** A circle is laid flat, its two halves interleaved: neighbours stay at most two places apart. */
    private static int place(int index, int count, boolean circular) {
        if (!circular) {
            return index;
        }
        return 2 * index < count ? 2 * index : 2 * (count - 1 - index) + 1;
    }

    /** Both axes together, this one the outer. */
    Incidences times(Incidences inner, int innerTaps) {
        int innerSummed = inner.kept.length;
        int[][] bothKept = new int[kept.length * innerSummed][];
        int[][] bothTaps = new int[bothKept.length][];
        for (int i = 0; i < kept.length; i++) {
            for (int j = 0; j < innerSummed; j++) {
                int width = inner.kept[j].length;
                int[] k = new int[kept[i].length * width];
                int[] t = new int[k.length];
                for (int x = 0; x < k.length; x++) {
                    k[x] = kept[i][x / width] * inner.keptCount + inner.kept[j][x % width];
                    t[x] = taps[i][x / width] * innerTaps + inner.taps[j][x % width];
                }
                bothKept[i * innerSummed + j] = k;
                bothTaps[i * innerSummed + j] = t;
            }
        }
        return new Incidences(keptCount * inner.keptCount, bothKept, bothTaps);
    }

    /** Last place that each place meets, never before that of the place ahead of it. */
    int[] lastMet() {
        int[] last = new int[keptCount];
        Arrays.setAll(last, i -> i);
        for (int[] places : kept) {
            int most = Arrays.stream(places).max().orElse(0);
            for (int place : places) {
                last[place] = Math.max(last[place], most);
            }
        }
        for (int i = 1; i < keptCount; i++) {
            last[i] = Math.max(last[i], last[i - 1]);
        }
        return last;
    }
}
