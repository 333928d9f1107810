package io.github.otnn.core.linalg;

/**
 * Visits 0 .. n-1 in golden-section steps, so that a maximum over a smooth function rises in few jumps, not at every
 * neighbour.
 */
final class SpreadOrder {
    private static final double GOLDEN_SECTION = 0.6180339887498949;

    private SpreadOrder() {}

    static int[] of(int count) {
        int step = Math.max(1, (int) Math.round(count * GOLDEN_SECTION));
        while (greatestCommonDivisor(step, count) != 1) {
            step++;
        }
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) ((long) i * step % count);
        }
        return order;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
