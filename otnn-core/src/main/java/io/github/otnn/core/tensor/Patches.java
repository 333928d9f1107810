package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes out the windows of a channels-last FLOAT image as the rows of a matrix, so that a convolution's kernel gradient is
 * one product. Pays where the input has few channels, as in a first layer: there oneDNN's gradient takes four times as long.
 */
public final class Patches {
    private Patches() {}

    /**
     * Gathers the windows.
     *
     * @param x {@code [n, height, width, channels]}, dense FLOAT
     * @param kernelHeight rows of a window; geometry without dilation
     * @param kernelWidth columns of a window
     * @param patches {@code [n outHeight outWidth, kernelHeight kernelWidth channels]}; zeros beyond the border. Modified.
     */
    public static void gather(
            INDArray x,
            int kernelHeight,
            int kernelWidth,
            Convolutions.Geometry geometry,
            long outHeight,
            long outWidth,
            INDArray patches) {
        if (geometry.dilationHeight() != 1 || geometry.dilationWidth() != 1) {
            throw new IllegalArgumentException("Patches: expected no dilation, got " + geometry);
        }
        int images = (int) x.size(0);
        int height = (int) x.size(1);
        int width = (int) x.size(2);
        int channels = (int) x.size(3);
        int run = kernelWidth * channels;
        int rowLength = Math.toIntExact(outWidth * kernelHeight * run);
        // an image with its border of zeros, so that no window needs a check
        int paddedWidth = (width + 2 * geometry.padWidth()) * channels;
        float[] padded = new float[(height + 2 * geometry.padHeight()) * paddedWidth];
        float[] row = new float[rowLength];
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer out = Tensors.floats(patches);
        for (int image = 0; image < images; image++) {
            for (int line = 0; line < height; line++) {
                int to = (line + geometry.padHeight()) * paddedWidth + geometry.padWidth() * channels;
                in.get((image * height + line) * width * channels, padded, to, width * channels);
            }
            for (int i = 0; i < outHeight; i++) {
                int at = 0;
                for (int j = 0; j < outWidth; j++) {
                    int corner = i * geometry.strideHeight() * paddedWidth + j * geometry.strideWidth() * channels;
                    for (int a = 0; a < kernelHeight; a++) {
                        for (int b = 0; b < run; b++) {
                            row[at++] = padded[corner + a * paddedWidth + b];
                        }
                    }
                }
                out.put(Math.toIntExact((image * outHeight + i) * rowLength), row);
            }
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(patches);
    }
}
