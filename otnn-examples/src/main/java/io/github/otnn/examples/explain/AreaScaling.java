package io.github.otnn.examples.explain;

/**
 * Scales images by area: each new pixel is the mean of the old ones that it covers, so nothing is lost or made up.
 *
 * @param rows of the image
 * @param columns of the image
 * @param channels of the image
 */
record AreaScaling(int rows, int columns, int channels) {
    /** The image in another size. Values in the order row, column, channel; not modified. */
    double[] to(int newRows, int newColumns, double[] values) {
        if (newRows == rows && newColumns == columns) {
            return values;
        }
        double[] wide = new double[rows * newColumns * channels];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                line(
                        values,
                        row * columns * channels + c,
                        channels,
                        columns,
                        wide,
                        row * newColumns * channels + c,
                        channels,
                        newColumns);
            }
        }
        double[] scaled = new double[newRows * newColumns * channels];
        int step = newColumns * channels;
        for (int i = 0; i < step; i++) {
            line(wide, i, step, rows, scaled, i, step, newRows);
        }
        return scaled;
    }

    private static void line(
            double[] from, int fromStart, int fromStep, int count, double[] to, int toStart, int toStep, int newCount) {
        double size = (double) count / newCount;
        for (int i = 0; i < newCount; i++) {
            double low = i * size;
            double high = low + size;
            double sum = 0;
            for (int j = (int) low; j < Math.min(count, Math.ceil(high)); j++) {
                sum += (Math.min(high, j + 1.0) - Math.max(low, j)) * from[fromStart + j * fromStep];
            }
            to[toStart + i * toStep] = sum / size;
        }
    }
}
