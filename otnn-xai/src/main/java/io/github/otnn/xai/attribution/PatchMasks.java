package io.github.otnn.xai.attribution;

import java.util.Arrays;

/** Hides one rectangle at a time. The last patch of an axis is cut off by the border, so every pixel is hidden at least once. */
record PatchMasks(PatchAxis vertical, PatchAxis horizontal) implements MaskSource {
    /** Patches along one axis. */
    record PatchAxis(int size, int patch, int stride) {
        int count() {
            return size <= patch ? 1 : (size - patch + stride - 1) / stride + 1;
        }

        int start(int index) {
            return index * stride;
        }

        int end(int index) {
            return Math.min(size, start(index) + patch);
        }
    }

    @Override
    public int count() {
        return Math.multiplyExact(vertical.count(), horizontal.count());
    }

    @Override
    public void write(int index, int rows, int columns, double[] into, int offset) {
        Arrays.fill(into, offset, offset + rows * columns, 1);
        int row = index / horizontal.count();
        int column = index % horizontal.count();
        for (int r = vertical.start(row); r < vertical.end(row); r++) {
            int line = offset + r * columns;
            Arrays.fill(into, line + horizontal.start(column), line + horizontal.end(column), 0);
        }
    }

    @Override
    public String describe() {
        return count() + " patches of " + vertical.patch + " x " + horizontal.patch;
    }
}
