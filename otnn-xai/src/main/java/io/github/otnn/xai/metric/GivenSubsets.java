package io.github.otnn.xai.metric;

/** Subsets that somebody else has made. */
final class GivenSubsets implements SubsetSource {
    private final double[] values;
    private final int count;
    private final int rows;
    private final int columns;

    GivenSubsets(double[] values, int count, int rows, int columns) {
        this.values = values;
        this.count = count;
        this.rows = rows;
        this.columns = columns;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long seed() {
        return 0;
    }

    @Override
    public void write(int index, int forRows, int forColumns, boolean[] removed) {
        if (forRows != rows || forColumns != columns) {
            throw new IllegalArgumentException(
                    "subsets: expected " + forRows + " x " + forColumns + " cells, got " + rows + " x " + columns);
        }
        for (int cell = 0; cell < rows * columns; cell++) {
            removed[cell] = values[index * rows * columns + cell] != 0;
        }
    }

    @Override
    public String describe() {
        return count + " given subsets of " + rows + " x " + columns + " cells";
    }
}
