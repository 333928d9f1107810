package io.github.otnn.xai.attribution;

import java.util.Arrays;

/**
 * The places of a sample that are hidden or shown as a whole: pixels with all their channels, or single values of anything that
 * is no image. Tables are one row of features.
 *
 * @param rows of pixels; 1 for tables
 * @param columns of pixels; features of tables
 * @param channels values of a pixel
 */
public record PixelGrid(int rows, int columns, int channels) {
    /**
     * Places of the samples of an input.
     *
     * @param shape {@code [samples, ...]}. Not modified.
     */
    public static PixelGrid of(long[] shape) {
        return switch (shape.length) {
            case 4 -> new PixelGrid(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), Math.toIntExact(shape[3]));
            case 3 -> new PixelGrid(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), 1);
            default ->
                new PixelGrid(1, Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact)), 1);
        };
    }

    /**
     * Shape of the maps of an input.
     *
     * @param shape {@code [samples, ...]}. Not modified.
     */
    public static long[] mapShape(long[] shape) {
        return shape.length == 4 ? Arrays.copyOf(shape, 3) : shape.clone();
    }

    /** Number of places. */
    public int count() {
        return rows * columns;
    }
}
