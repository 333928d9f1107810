package io.github.otnn.xai.picture;

import io.github.otnn.core.tensor.Tensors;
import java.awt.image.BufferedImage;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From checked numbers to squares of pixels. */
final class Samples {
    private Samples() {}

    static int requireIndex(String where, int sample, INDArray batch) {
        if (sample < 0 || sample >= batch.size(0)) {
            throw new IllegalArgumentException(
                    where + ": sample " + sample + " is outside the " + batch.size(0) + " samples given");
        }
        return sample;
    }

    /** Values in C order, checked; {@code width * channels} of them make one row of the picture. */
    static double[] finite(String where, INDArray array, int width, int channels) {
        double[] values = Tensors.toDoubles(array);
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                int pixel = i / channels;
                throw new IllegalArgumentException(where + ": value at row " + pixel / width + ", column "
                        + pixel % width + " is " + values[i] + "; expected finite values");
            }
        }
        return values;
    }

    /** Picture in which each pixel has become a square. */
    static BufferedImage enlarge(int[] pixels, int width, int height, int pixelSize) {
        int wide = Math.multiplyExact(width, pixelSize);
        BufferedImage image =
                new BufferedImage(wide, Math.multiplyExact(height, pixelSize), BufferedImage.TYPE_INT_RGB);
        int[] line = new int[wide];
        for (int row = 0; row < height; row++) {
            for (int x = 0; x < wide; x++) {
                line[x] = pixels[row * width + x / pixelSize];
            }
            image.setRGB(0, row * pixelSize, wide, pixelSize, line, 0, 0);
        }
        return image;
    }
}
