package io.github.otnn.xai.picture;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws samples as what they are: grey or colour images, each pixel a square. Immutable, thread-safe, needs no display.
 *
 * @param limits values of black and white, such as 0 and 1; values beyond are drawn as black and white
 * @param pixelSize width and height of one pixel's square, at least 1
 */
public record SampleImage(ValueLimits limits, int pixelSize) {
    /** Checks the settings. */
    public SampleImage {
        if (pixelSize < 1) {
            throw new IllegalArgumentException("SampleImage: pixelSize must be >= 1, got " + pixelSize);
        }
    }

    /** Black is 0, white is 1. */
    public static SampleImage zeroToOne(int pixelSize) {
        return new SampleImage(new ValueLimits(0, 1), pixelSize);
    }

    /**
     * Draws one sample.
     *
     * @param images {@code [samples, height, width, channels]}, 1 channel (grey) or 3 (red, green, blue), finite. Not
     *     modified.
     * @param sample index
     * @throws IllegalArgumentException if a value is NaN or infinite, naming its row and column
     */
    public BufferedImage draw(INDArray images, int sample) {
        if (images.rank() != 4 || images.length() == 0 || (images.size(3) != 1 && images.size(3) != 3)) {
            throw new ShapeMismatchException(
                    "SampleImage",
                    "[samples, height, width, 1] or [samples, height, width, 3]",
                    Arrays.toString(images.shape()));
        }
        int width = Math.toIntExact(images.size(2));
        int channels = Math.toIntExact(images.size(3));
        INDArray one =
                Tensors.rows(Tensors.dense(images), sample, Samples.requireIndex("SampleImage", sample, images) + 1L);
        double[] values = Samples.finite("SampleImage", one, width, channels);
        int[] pixels = new int[values.length / channels];
        for (int p = 0; p < pixels.length; p++) {
            int red = level(values[p * channels]);
            int green = channels == 1 ? red : level(values[p * channels + 1]);
            int blue = channels == 1 ? red : level(values[p * channels + 2]);
            pixels[p] = red << 16 | green << 8 | blue;
        }
        return Samples.enlarge(pixels, width, Math.toIntExact(images.size(1)), pixelSize);
    }

    private int level(double value) {
        return (int) Math.round(255 * limits.position(value, ColourMap.GREYS));
    }
}
