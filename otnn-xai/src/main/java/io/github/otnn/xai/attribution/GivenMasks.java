package io.github.otnn.xai.attribution;

/** Masks that somebody else has made. */
final class GivenMasks implements MaskSource {
    private final double[] values;
    private final int count;
    private final int rows;
    private final int columns;

    GivenMasks(double[] values, int count, int rows, int columns) {
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
    public void write(int index, int forRows, int forColumns, double[] into, int offset) {
        if (forRows != rows || forColumns != columns) {
            throw new IllegalArgumentException("masks: expected " + forRows + " x " + forColumns
                    + " values, the size of the samples, got " + rows + " x " + columns);
        }
        System.arraycopy(values, index * rows * columns, into, offset, rows * columns);
    }

    @Override
    public String describe() {
        return count + " given masks of " + rows + " x " + columns;
    }
}
