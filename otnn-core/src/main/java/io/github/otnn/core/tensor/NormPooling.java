package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Norm of each disjoint {@code height x width} window of a channels-last image, and its pullback. Incomplete windows at the
 * far border are dropped.
 *
 * <pre>y = sqrt(sum of x^2 over the window),   dx = x dy / max(y, 1e-12)</pre>
 *
 * One sweep over rows of windows: as a chain of whole-array operations it is bound by memory and takes twice as long.
 */
public final class NormPooling {
    /** Windows with a smaller norm count as zero: their gradient stays finite and at most 1 in size. */
    private static final double ZERO_NORM = 1e-12;

    private NormPooling() {}

    /**
     * Computes the norms.
     *
     * @param x {@code [n, height, width, channels]}, dense
     * @param y {@code [n, rows of windows, windows in a row, channels]}. Modified.
     */
    public static void forward(INDArray x, int height, int width, INDArray y) {
        if (x.dataType() == DataType.DOUBLE) {
            forwardInDoubles(x, height, width, y);
            return;
        }
        Rows rows = Rows.of(x, height, width);
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer out = Tensors.floats(y);
        float[] line = new float[rows.lineLength];
        float[] squares = new float[rows.lineLength];
        float[] norms = new float[rows.pooledLength];
        for (int row = 0; row < rows.pooledRows; row++) {
            Arrays.fill(squares, 0);
            for (int i = 0; i < height; i++) {
                in.get(rows.lineStart(row, i), line);
                for (int j = 0; j < line.length; j++) {
                    squares[j] += line[j] * line[j];
                }
            }
            addNeighbours(squares, norms, width, rows.channels);
            for (int j = 0; j < norms.length; j++) {
                norms[j] = (float) Math.sqrt(norms[j]);
            }
            out.put(row * rows.pooledLength, norms);
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
    }

    /**
     * Pulls a cotangent back.
     *
     * @param y result of the forward pass
     * @param dx shape of x. Modified.
     */
    public static void backward(INDArray x, INDArray y, INDArray dy, int height, int width, INDArray dx) {
        if (x.dataType() == DataType.DOUBLE) {
            backwardInDoubles(x, y, dy, height, width, dx);
            return;
        }
        Rows rows = Rows.of(x, height, width);
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer norms = Tensors.floats(y);
        FloatBuffer cotangents = Tensors.floats(dy);
        FloatBuffer out = Tensors.floats(dx);
        float[] line = new float[rows.lineLength];
        float[] slopes = new float[rows.pooledLength];
        float[] cotangent = new float[rows.pooledLength];
        float[] spread = new float[rows.usedLength];
        if (rows.dropsPixels()) {
            dx.assign(0);
        }
        for (int row = 0; row < rows.pooledRows; row++) {
            norms.get(row * rows.pooledLength, slopes);
            cotangents.get(row * rows.pooledLength, cotangent);
            for (int j = 0; j < slopes.length; j++) {
                slopes[j] = cotangent[j] / Math.max(slopes[j], (float) ZERO_NORM);
            }
            spread(slopes, spread, width, rows.channels);
            for (int i = 0; i < height; i++) {
                in.get(rows.lineStart(row, i), line);
                for (int j = 0; j < spread.length; j++) {
                    line[j] *= spread[j];
                }
                out.put(rows.lineStart(row, i), line, 0, rows.usedLength);
            }
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(dy);
        Reference.reachabilityFence(dx);
    }

    /** Sums over the pixels of each window in a row. */
    private static void addNeighbours(float[] line, float[] sums, int window, int channels) {
        for (int base = 0; base < sums.length; base += channels) {
            System.arraycopy(line, base * window, sums, base, channels);
            for (int j = 1; j < window; j++) {
                int from = base * window + j * channels;
                for (int c = 0; c < channels; c++) {
                    sums[base + c] += line[from + c];
                }
            }
        }
    }

    /** Repeats the values of each window for each of its pixels in a row. */
    private static void spread(float[] values, float[] line, int window, int channels) {
        for (int base = 0; base < values.length; base += channels) {
            for (int j = 0; j < window; j++) {
                System.arraycopy(values, base, line, base * window + j * channels, channels);
            }
        }
    }

    private static void forwardInDoubles(INDArray x, int height, int width, INDArray y) {
        Rows rows = Rows.of(x, height, width);
        double[] in = Tensors.toDoubles(x);
        double[] out = new double[Math.toIntExact(y.length())];
        rows.forEachUsed((pixel, pooled) -> out[pooled] += in[pixel] * in[pixel]);
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.sqrt(out[i]);
        }
        Tensors.write(out, y);
    }

    private static void backwardInDoubles(INDArray x, INDArray y, INDArray dy, int height, int width, INDArray dx) {
        double[] in = Tensors.toDoubles(x);
        double[] norms = Tensors.toDoubles(y);
        double[] cotangents = Tensors.toDoubles(dy);
        double[] out = new double[in.length];
        Rows.of(x, height, width)
                .forEachUsed((pixel, pooled) ->
                        out[pixel] = in[pixel] * cotangents[pooled] / Math.max(norms[pooled], ZERO_NORM));
        Tensors.write(out, dx);
    }

    /** Where the rows of windows lie in memory. */
    private record Rows(
            int imageHeight,
            int lineLength,
            int channels,
            int pooledHeight,
            int pooledRows,
            int pooledLength,
            int usedLength,
            int height,
            int width) {
        static Rows of(INDArray x, int height, int width) {
            int imageHeight = (int) x.size(1);
            int imageWidth = (int) x.size(2);
            int channels = (int) x.size(3);
            int pooledHeight = imageHeight / height;
            int pooledWidth = imageWidth / width;
            return new Rows(
                    imageHeight,
                    imageWidth * channels,
                    channels,
                    pooledHeight,
                    Math.toIntExact(x.size(0) * pooledHeight),
                    pooledWidth * channels,
                    pooledWidth * width * channels,
                    height,
                    width);
        }

        int lineStart(int pooledRow, int line) {
            int image = pooledRow / pooledHeight;
            return (image * imageHeight + pooledRow % pooledHeight * height + line) * lineLength;
        }

        boolean dropsPixels() {
            return usedLength < lineLength || pooledHeight * height < imageHeight;
        }

        void forEachUsed(IndexPair action) {
            for (int row = 0; row < pooledRows; row++) {
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < usedLength; j++) {
                        int pooled = j / channels / width * channels + j % channels;
                        action.accept(lineStart(row, i) + j, row * pooledLength + pooled);
                    }
                }
            }
        }
    }

    private interface IndexPair {
        void accept(int pixel, int pooled);
    }
}
