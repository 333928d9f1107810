package io.github.otnn.xai.attribution;

import java.util.Arrays;

/**
 * The parts of a sample that methods switch on and off: a grid of super-pixels, or the features of a table.
 *
 * @param rows of cells
 * @param columns of cells
 * @param grid pixels of the samples
 */
public record Cells(int rows, int columns, PixelGrid grid) {
    /**
     * Cells of the samples of an input.
     *
     * @param method name for the message
     * @param side cells on each side of an image; tables have a cell for each feature
     * @param inputShape {@code [samples, ...]}. Not modified.
     * @throws IllegalArgumentException if an image has fewer pixels on a side than cells
     */
    public static Cells of(String method, int side, long[] inputShape) {
        PixelGrid grid = PixelGrid.of(inputShape);
        if (inputShape.length == 2) {
            return new Cells(1, grid.columns(), grid);
        }
        if (side > Math.min(grid.rows(), grid.columns())) {
            throw new IllegalArgumentException(
                    method + ": a grid of " + side + " x " + side + " cells does not fit samples of " + grid.rows()
                            + " x " + grid.columns() + "; take a smaller grid");
        }
        return new Cells(side, side, grid);
    }

    /** Checks settings that these methods have in common. */
    static void requireSettings(String method, int designs, int leastDesigns, int grid) {
        if (designs < leastDesigns) {
            throw new IllegalArgumentException(method + ": designs must be >= " + leastDesigns + ", got " + designs);
        }
        if (grid < 1) {
            throw new IllegalArgumentException(method + ": grid must be >= 1, got " + grid);
        }
    }

    /** Number of cells. */
    public int count() {
        return rows * columns;
    }

    /** Cell of each pixel: the one whose area holds the pixel's centre. */
    public int[] ofPixels() {
        int[] cells = new int[grid.count()];
        Arrays.setAll(cells, p -> {
            int row = cell(p / grid.columns(), grid.rows(), rows);
            return row * columns + cell(p % grid.columns(), grid.columns(), columns);
        });
        return cells;
    }

    private static int cell(int place, int size, int cells) {
        return (int) ((2L * place + 1) * cells / (2L * size));
    }

    /** Gives each pixel the value of its cell. */
    double[] spread(double[] values) {
        return Arrays.stream(ofPixels()).mapToDouble(cell -> values[cell]).toArray();
    }

    /** Values between the centres of cells by bicubic interpolation. */
    double[] smooth(double[] values) {
        return Resize.BICUBIC.apply(values, rows, columns, grid.rows(), grid.columns());
    }

    /** Masks that are constant on each cell. */
    MaskSource masks(int count, CellValue value) {
        int[] ofPixels = ofPixels();
        return new MaskSource() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public void write(int index, int maskRows, int maskColumns, double[] into, int offset) {
                double[] values = new double[Cells.this.count()];
                Arrays.setAll(values, cell -> value.of(index, cell));
                for (int p = 0; p < ofPixels.length; p++) {
                    into[offset + p] = values[ofPixels[p]];
                }
            }

            @Override
            public String describe() {
                return count + " masks of " + rows + " x " + columns + " cells";
            }
        };
    }

    /** Value of a cell in a mask. */
    @FunctionalInterface
    interface CellValue {
        double of(int index, int cell);
    }
}
