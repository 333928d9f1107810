package io.github.otnn.xai.picture;

import java.awt.image.BufferedImage;

/**
 * Lays a map over the grey version of its image, so that a reader sees where in the image it is large.
 *
 * <pre>pixel = alpha map + (1 - alpha) grey,   grey = .299 red + .587 green + .114 blue of the image</pre>
 *
 * Immutable, thread-safe, needs no display.
 *
 * @param alpha share of the map, 0 (the grey image) to 1 (the map); .5 is usual
 */
public record Overlay(double alpha) {
    /** Checks the share. */
    public Overlay {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("Overlay: alpha must be in [0, 1], got " + alpha);
        }
    }

    /**
     * Draws the two as one.
     *
     * @param image such as {@link SampleImage} gives. Not modified.
     * @param map such as {@link HeatMap} gives, of the same size. Not modified.
     * @throws IllegalArgumentException if the sizes differ
     */
    public BufferedImage draw(BufferedImage image, BufferedImage map) {
        int width = image.getWidth();
        int height = image.getHeight();
        if (map.getWidth() != width || map.getHeight() != height) {
            throw new IllegalArgumentException("Overlay: expected a map of " + width + " x " + height
                    + " pixels, as the image, got " + map.getWidth() + " x " + map.getHeight()
                    + "; draw both with one pixelSize");
        }
        BufferedImage mixed = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] below = new int[width];
        int[] above = new int[width];
        for (int row = 0; row < height; row++) {
            image.getRGB(0, row, width, 1, below, 0, width);
            map.getRGB(0, row, width, 1, above, 0, width);
            for (int x = 0; x < width; x++) {
                double grey = grey(below[x]);
                above[x] = mix(above[x], 16, grey) | mix(above[x], 8, grey) | mix(above[x], 0, grey);
            }
            mixed.setRGB(0, row, width, 1, above, 0, width);
        }
        return mixed;
    }

    private static double grey(int rgb) {
        // in whole numbers: a grey image keeps its levels exactly
        return (299 * (rgb >> 16 & 0xFF) + 587 * (rgb >> 8 & 0xFF) + 114 * (rgb & 0xFF)) / 1000.0;
    }

    private int mix(int rgb, int shift, double grey) {
        return (int) Math.round(alpha * (rgb >> shift & 0xFF) + (1 - alpha) * grey) << shift;
    }
}
