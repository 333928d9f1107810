package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes out the windows of a channels-last FLOAT image as a matrix, so that a convolution, or its kernel's gradient, is one
 * product. Pays where oneDNN's own way costs more than the work: kernel gradients of few channels, and single images.
 *
 * <p>With few channels windows are columns, so that a tap's values are whole lines of the image; else rows, where a window is
 * a few stretches of memory.
 *
 * @param kernelHeight rows of a window
 * @param kernelWidth columns of a window
 * @param geometry without dilation
 * @param outHeight rows of windows
 * @param outWidth windows in a row
 */
public record Patches(int kernelHeight, int kernelWidth, Convolutions.Geometry geometry, int outHeight, int outWidth) {
    /** Checks the geometry. */
    public Patches {
        if (geometry.dilationHeight() != 1 || geometry.dilationWidth() != 1) {
            throw new IllegalArgumentException("Patches: expected no dilation, got " + geometry);
        }
    }

    /**
     * Gathers the windows as columns.
     *
     * @param x {@code [n, height, width, channels]}, dense FLOAT
     * @param patches {@code [kernelHeight kernelWidth channels, n outHeight outWidth]}; zeros beyond the border. Modified.
     */
    public void gatherColumns(INDArray x, INDArray patches) {
        int images = (int) x.size(0);
        int channels = (int) x.size(3);
        int taps = kernelHeight * kernelWidth * channels;
        int windows = outHeight * outWidth;
        PaddedImage padded = new PaddedImage(x, geometry);
        float[] values = new float[windows];
        FloatBuffer out = Tensors.floats(patches);
        for (int image = 0; image < images; image++) {
            padded.read(image);
            for (int tap = 0; tap < taps; tap++) {
                int line = tap / channels / kernelWidth;
                int first = tap % (channels * kernelWidth);
                for (int i = 0; i < outHeight; i++) {
                    padded.pick(
                            line + i * geometry.strideHeight(),
                            first,
                            geometry.strideWidth() * channels,
                            values,
                            i * outWidth,
                            outWidth);
                }
                out.put(Math.multiplyExact(tap, images * windows) + image * windows, values);
            }
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(patches);
    }

    /**
     * Gathers the windows as rows.
     *
     * @param x {@code [n, height, width, channels]}, dense FLOAT
     * @param patches {@code [n outHeight outWidth, kernelHeight kernelWidth channels]}; zeros beyond the border. Modified.
     */
    public void gatherRows(INDArray x, INDArray patches) {
        int images = (int) x.size(0);
        int channels = (int) x.size(3);
        int run = kernelWidth * channels;
        PaddedImage padded = new PaddedImage(x, geometry);
        float[] values = new float[outWidth * kernelHeight * run];
        FloatBuffer out = Tensors.floats(patches);
        for (int image = 0; image < images; image++) {
            padded.read(image);
            for (int i = 0; i < outHeight; i++) {
                int at = 0;
                for (int j = 0; j < outWidth; j++) {
                    for (int a = 0; a < kernelHeight; a++) {
                        int first = j * geometry.strideWidth() * channels;
                        padded.pick(a + i * geometry.strideHeight(), first, 1, values, at, run);
                        at += run;
                    }
                }
                out.put(Math.multiplyExact(image * outHeight + i, values.length), values);
            }
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(patches);
    }

    /**
     * The adjoint of {@link #gatherRows}: every pixel becomes the sum of the places that it was written to.
     *
     * @param x {@code [n, height, width, channels]}, dense FLOAT. Modified.
     */
    public void sumRows(INDArray patches, INDArray x) {
        int images = (int) x.size(0);
        int channels = (int) x.size(3);
        int run = kernelWidth * channels;
        PaddedImage padded = new PaddedImage(x, geometry);
        float[] values = new float[outWidth * kernelHeight * run];
        FloatBuffer in = Tensors.floats(patches);
        for (int image = 0; image < images; image++) {
            padded.clear();
            for (int i = 0; i < outHeight; i++) {
                in.get(Math.multiplyExact(image * outHeight + i, values.length), values);
                int at = 0;
                for (int j = 0; j < outWidth; j++) {
                    for (int a = 0; a < kernelHeight; a++) {
                        int first = j * geometry.strideWidth() * channels;
                        padded.add(values, at, run, a + i * geometry.strideHeight(), first);
                        at += run;
                    }
                }
            }
            padded.write(image);
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(patches);
    }

    /** One image at a time with its border of zeros, so that no window needs a check. */
    private static final class PaddedImage {
        private final FloatBuffer batch;
        private final int height;
        private final int lineLength;
        private final int top;
        private final int left;
        private final int paddedLength;
        private final float[] values;

        PaddedImage(INDArray x, Convolutions.Geometry geometry) {
            int channels = (int) x.size(3);
            batch = Tensors.floats(x);
            height = (int) x.size(1);
            lineLength = (int) x.size(2) * channels;
            top = geometry.padHeight();
            left = geometry.padWidth() * channels;
            paddedLength = lineLength + 2 * left;
            values = new float[(height + 2 * top) * paddedLength];
        }

        void read(int image) {
            for (int line = 0; line < height; line++) {
                int from = (image * height + line) * lineLength;
                batch.get(from, values, (line + top) * paddedLength + left, lineLength);
            }
        }

        void write(int image) {
            for (int line = 0; line < height; line++) {
                int to = (image * height + line) * lineLength;
                batch.put(to, values, (line + top) * paddedLength + left, lineLength);
            }
        }

        void clear() {
            Arrays.fill(values, 0);
        }

        /** Adds values to a stretch of a line. */
        void add(float[] from, int start, int count, int line, int first) {
            int to = line * paddedLength + first;
            for (int j = 0; j < count; j++) {
                values[to + j] += from[start + j];
            }
        }

        /** Copies every {@code step}-th value of a line. */
        void pick(int line, int first, int step, float[] into, int at, int count) {
            int from = line * paddedLength + first;
            if (step == 1) {
                System.arraycopy(values, from, into, at, count);
            } else {
                for (int j = 0; j < count; j++) {
                    into[at + j] = values[from + j * step];
                }
            }
        }
    }
}
