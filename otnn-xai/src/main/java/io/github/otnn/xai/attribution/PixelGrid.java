package io.github.otnn.xai.attribution;

import java.util.Arrays;

/**
 * The places of a sample that are hidden or shown as a whole: pixels with all their channels, or single values of anything that
 * is no image. Tables are one row of features.
 */
record PixelGrid(int rows, int columns, int channels) {
    /** Places of the samples of an input. */
    static PixelGrid of(long[] shape) {
        return switch (shape.length) {
            case 4 -> new PixelGrid(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), Math.toIntExact(shape[3]));
            case 3 -> new PixelGrid(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), 1);
            default ->
                new PixelGrid(1, Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact)), 1);
        };
    }

    /** Shape of the maps of an input. */
    static long[] mapShape(long[] shape) {
        return shape.length == 4 ? Arrays.copyOf(shape, 3) : shape.clone();
    }

    int count() {
        return rows * columns;
    }
}
