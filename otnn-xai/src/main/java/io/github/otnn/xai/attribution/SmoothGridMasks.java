package io.github.otnn.xai.attribution;

import io.github.otnn.xai.SeededStreams;
import java.util.SplittableRandom;

/** RISE's masks, with a shift drawn for each. */
record SmoothGridMasks(int count, int grid, double probability, long seed) implements MaskSource {
    SmoothGridMasks {
        BernoulliMasks.requireSettings(count, probability);
        if (grid < 1) {
            throw new IllegalArgumentException("masks: grid must be >= 1, got " + grid);
        }
    }

    @Override
    public void write(int index, int rows, int columns, double[] into, int offset) {
        if (grid > Math.min(rows, columns)) {
            throw new IllegalArgumentException("masks: a grid of " + grid + " x " + grid + " does not fit samples of "
                    + rows + " x " + columns + "; take a smaller grid, or for tables MaskSource.bernoulli");
        }
        SplittableRandom random = SeededStreams.of(seed, index, 0);
        double[] cells = new double[grid * grid];
        for (int c = 0; c < cells.length; c++) {
            cells[c] = random.nextDouble() < probability ? 1 : 0;
        }
        Axis vertical = Axis.of(grid, rows, random);
        Axis horizontal = Axis.of(grid, columns, random);
        // first each row of cells to full width, so that the loop over all pixels runs along memory
        double[] lines = new double[grid * columns];
        for (int g = 0; g < grid; g++) {
            for (int c = 0; c < columns; c++) {
                double left = cells[g * grid + horizontal.below[c]];
                double right = cells[g * grid + horizontal.above[c]];
                lines[g * columns + c] = left + horizontal.share[c] * (right - left);
            }
        }
        for (int r = 0; r < rows; r++) {
            blend(
                    lines,
                    vertical.below[r] * columns,
                    vertical.above[r] * columns,
                    vertical.share[r],
                    columns,
                    into,
                    offset + r * columns);
        }
    }

    private static void blend(
            double[] lines, int top, int bottom, double share, int columns, double[] into, int offset) {
        for (int c = 0; c < columns; c++) {
            into[offset + c] = lines[top + c] + share * (lines[bottom + c] - lines[top + c]);
        }
    }

    @Override
    public String describe() {
        return count + " smooth masks, grid " + grid + ", probability " + probability + ", seed " + seed;
    }

    /** For each pixel of the cut-out the two cells it lies between, and its share of the second. */
    private record Axis(int[] below, int[] above, double[] share) {
        static Axis of(int grid, int size, SplittableRandom random) {
            int enlarged = (int) (size * (1 + 1.0 / grid));
            int shift = random.nextInt(enlarged - size + 1);
            Axis axis = new Axis(new int[size], new int[size], new double[size]);
            for (int p = 0; p < size; p++) {
                // half-pixel centres; beyond the outermost cells their value goes on
                double place = (p + shift + 0.5) * grid / enlarged - 0.5;
                double inside = Math.min(Math.max(place, 0), grid - 1);
                axis.below[p] = (int) inside;
                axis.above[p] = Math.min(axis.below[p] + 1, grid - 1);
                axis.share[p] = inside - axis.below[p];
            }
            return axis;
        }
    }
}
