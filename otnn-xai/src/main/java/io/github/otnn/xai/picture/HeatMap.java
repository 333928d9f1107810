package io.github.otnn.xai.picture;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws a matrix of numbers as colours, each number a square of equal pixels. Immutable, thread-safe, needs no display.
 *
 * @param colours of the values
 * @param limits values of the first and last colour; null takes them from each map by itself ({@link ValueLimits#of}), so
 *     that maps are not comparable
 * @param pixelSize width and height of one number's square, at least 1
 */
public record HeatMap(ColourMap colours, @Nullable ValueLimits limits, int pixelSize) {
    /** Checks the settings. */
    public HeatMap {
        if (limits != null) {
            limits.requireFits(colours);
        }
        if (pixelSize < 1) {
            throw new IllegalArgumentException("HeatMap: pixelSize must be >= 1, got " + pixelSize);
        }
    }

    /** Limits from each map by itself. */
    public HeatMap(ColourMap colours, int pixelSize) {
        this(colours, null, pixelSize);
    }

    /**
     * Draws one matrix.
     *
     * @param map {@code [height, width]}, finite. Not modified.
     * @throws IllegalArgumentException if a value is NaN or infinite, naming its row and column
     */
    public BufferedImage draw(INDArray map) {
        if (map.rank() != 2 || map.length() == 0) {
            throw new ShapeMismatchException("HeatMap", "[height, width]", Arrays.toString(map.shape()));
        }
        return draw(map, Math.toIntExact(map.size(0)), Math.toIntExact(map.size(1)));
    }

    /**
     * Draws one of several maps.
     *
     * @param maps {@code [samples, height, width]} or {@code [samples, height, width, 1]}, finite. Not modified.
     * @param sample index of the map
     */
    public BufferedImage draw(INDArray maps, int sample) {
        boolean images = maps.rank() == 4 && maps.size(3) == 1;
        if ((maps.rank() != 3 && !images) || maps.length() == 0) {
            throw new ShapeMismatchException(
                    "HeatMap",
                    "[samples, height, width] or [samples, height, width, 1]",
                    Arrays.toString(maps.shape()));
        }
        INDArray one = Tensors.rows(Tensors.dense(maps), sample, Samples.requireIndex("HeatMap", sample, maps) + 1L);
        return draw(one, Math.toIntExact(maps.size(1)), Math.toIntExact(maps.size(2)));
    }

    private BufferedImage draw(INDArray map, int height, int width) {
        double[] values = Samples.finite("HeatMap", map, width, 1);
        ValueLimits used = limits != null ? limits : ValueLimits.of(map, colours);
        int[] pixels = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = colours.colour(used.position(values[i], colours));
        }
        return Samples.enlarge(pixels, width, height, pixelSize);
    }
}
