package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Arithmetic;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.tensor.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the windows of a pooling layer lie, and how often they read a pixel. */
record PoolingGrid(String layer, int height, int width, int rowStride, int columnStride, int padding) {
    PoolingGrid {
        if (height < 1 || width < 1 || rowStride < 1 || columnStride < 1) {
            throw new IllegalArgumentException(layer + ": expected window and stride >= 1, got window " + height + " x "
                    + width + ", stride " + rowStride + " x " + columnStride);
        }
        if (padding < 0 || padding >= Math.min(height, width)) {
            throw new IllegalArgumentException(layer + ": expected padding >= 0 and below the window " + height + " x "
                    + width + ", got " + padding);
        }
    }

    Shape outputShape(Shape input) {
        if (input.rank() != 3 || input.size(0) + 2L * padding < height || input.size(1) + 2L * padding < width) {
            throw new ShapeMismatchException(
                    layer,
                    "input [batch, height, width, channels] of at least " + (height - 2 * padding) + " x "
                            + (width - 2 * padding),
                    input.describeBatch());
        }
        return Shape.of(rows(input.size(0)), columns(input.size(1)), input.channels());
    }

    /** Shape of the output of a batch. */
    long[] outputShape(INDArray input) {
        return new long[] {input.size(0), rows(input.size(1)), columns(input.size(2)), input.size(3)};
    }

    /** Pixels in a window. */
    double size() {
        return (double) height * width;
    }

    /** Most windows that hold one pixel, whatever the size of the image: ceil(window / stride) along each axis. */
    double overlap() {
        return (double) ceilDiv(height, rowStride) * ceilDiv(width, columnStride);
    }

    /** Most windows that hold one pixel of this image, counted. */
    double overlap(Shape input) {
        return (double) overlap(input.size(0), height, rowStride) * overlap(input.size(1), width, columnStride);
    }

    Pooling.Windows windows() {
        return new Pooling.Windows(height, width, rowStride, columnStride, padding);
    }

    /** Means of all windows, in primitive operators. */
    Operand mean(Operand input) {
        return input.meanPool(rowAxis(input.shape()), columnAxis(input.shape()));
    }

    /** Maxima of all windows. */
    Operand maximum(Operand input) {
        return input.maximumPool(rowAxis(input.shape()), columnAxis(input.shape()));
    }

    /** Norms of all windows. */
    Operand norm(Operand input) {
        return mean(input.combine(Arithmetic.MULTIPLY, input))
                .combine(Arithmetic.MULTIPLY, size())
                .squareRoot();
    }

    private ConvolutionAxis rowAxis(Shape input) {
        return ConvolutionAxis.zeroPadded(height, rowStride, 1, padding, padding, Math.toIntExact(input.size(0)));
    }

    private ConvolutionAxis columnAxis(Shape input) {
        return ConvolutionAxis.zeroPadded(width, columnStride, 1, padding, padding, Math.toIntExact(input.size(1)));
    }

    String describe() {
        return layer + " " + height + "x" + width + " stride " + rowStride
                + (columnStride == rowStride ? "" : "x" + columnStride) + (padding == 0 ? "" : " padding " + padding);
    }

    private int overlap(long pixels, int window, int stride) {
        int[] readers = new int[Math.toIntExact(pixels)];
        int most = 0;
        for (long start = -padding; start + window <= pixels + padding; start += stride) {
            for (long pixel = Math.max(start, 0); pixel < Math.min(start + window, pixels); pixel++) {
                most = Math.max(most, ++readers[(int) pixel]);
            }
        }
        return most;
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    private long rows(long pixels) {
        return (pixels + 2L * padding - height) / rowStride + 1;
    }

    private long columns(long pixels) {
        return (pixels + 2L * padding - width) / columnStride + 1;
    }
}
