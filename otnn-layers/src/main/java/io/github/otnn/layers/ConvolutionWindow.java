package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;

/**
 * The window that a convolution moves over an image, and how it moves.
 *
 * <pre>window i reads with tap a the row   i stride + a dilation - before,   0 &lt;= a &lt; height</pre>
 *
 * and so for columns. {@code ConvolutionWindow.square(3).withStride(2)} has padding {@link Padding#SAME}, as every window
 * unless told. Each output channel sees all input channels: there are no groups.
 *
 * @param height taps of the kernel, one below the other
 * @param width taps of the kernel, side by side
 * @param strideHeight rows from one window to the next
 * @param strideWidth columns from one window to the next
 * @param dilationHeight rows from one tap to the next
 * @param dilationWidth columns from one tap to the next
 * @param padding what lies beyond the border
 */
public record ConvolutionWindow(
        int height,
        int width,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        Padding padding) {
    /** Checks the numbers. */
    public ConvolutionWindow {
        if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1 || dilationHeight < 1 || dilationWidth < 1) {
            throw new IllegalArgumentException(
                    "ConvolutionWindow: expected kernel, stride and dilation >= 1, got kernel "
                            + height + "x" + width + ", stride " + strideHeight + "x" + strideWidth + ", dilation "
                            + dilationHeight + "x" + dilationWidth);
        }
    }

    /** As many taps in both directions, stride 1, dilation 1, padding SAME. */
    public static ConvolutionWindow square(int kernel) {
        return of(kernel, kernel);
    }

    /** One row of taps, for {@link SpectralConv1D}. Stride 1, dilation 1, padding SAME. */
    public static ConvolutionWindow line(int kernel) {
        return of(1, kernel);
    }

    /** Stride 1, dilation 1, padding SAME. */
    public static ConvolutionWindow of(int height, int width) {
        return new ConvolutionWindow(height, width, 1, 1, 1, 1, Padding.SAME);
    }

    /** Another stride, in both directions. */
    public ConvolutionWindow withStride(int stride) {
        return withStride(stride, stride);
    }

    /** Another stride. */
    public ConvolutionWindow withStride(int rows, int columns) {
        return new ConvolutionWindow(height, width, rows, columns, dilationHeight, dilationWidth, padding);
    }

    /** Another dilation, in both directions. */
    public ConvolutionWindow withDilation(int dilation) {
        return withDilation(dilation, dilation);
    }

    /** Another dilation. */
    public ConvolutionWindow withDilation(int rows, int columns) {
        return new ConvolutionWindow(height, width, strideHeight, strideWidth, rows, columns, padding);
    }

    /** Another padding. */
    public ConvolutionWindow withPadding(Padding other) {
        return new ConvolutionWindow(height, width, strideHeight, strideWidth, dilationHeight, dilationWidth, other);
    }

    WindowAxis rows() {
        return new WindowAxis(height, strideHeight, dilationHeight, padding);
    }

    WindowAxis columns() {
        return new WindowAxis(width, strideWidth, dilationWidth, padding);
    }

    /** Root of the largest number of taps, over all windows, that read one pixel: an upper bound. */
    double overlap(long inputHeight, long inputWidth) {
        return Math.sqrt((double) rows().mostUses(inputHeight) * columns().mostUses(inputWidth));
    }

    /** Shape that comes out of an image {@code [height, width, channels]}. */
    Shape outputShape(String layer, Shape input, int filters) {
        requireImage(layer, input);
        if (!rows().fits(input.size(0)) || !columns().fits(input.size(1))) {
            throw new ShapeMismatchException(
                    layer,
                    "an image of at least " + rows().smallestSize() + " x "
                            + columns().smallestSize() + " for " + describe(),
                    input.describeBatch());
        }
        return Shape.of(
                rows().on(input.size(0)).windows(), columns().on(input.size(1)).windows(), filters);
    }

    /** Shape of the images from which an image {@code [height, width, channels]} comes out. */
    Shape inputShape(String layer, Shape output, int filters) {
        requireImage(layer, output);
        long imageHeight = rows().sizeOf(output.size(0));
        long imageWidth = columns().sizeOf(output.size(1));
        if (imageHeight < 1 || imageWidth < 1) {
            throw new ShapeMismatchException(
                    layer, "a larger image, for " + describe() + " leaves nothing", output.describeBatch());
        }
        return Shape.of(imageHeight, imageWidth, filters);
    }

    /** Such as {@code 3x3 stride 2 SAME}. */
    String describe() {
        return height + "x" + width + describe(" stride ", strideHeight, strideWidth)
                + describe(" dilation ", dilationHeight, dilationWidth) + " " + padding;
    }

    private static String describe(String name, int rows, int columns) {
        return rows == 1 && columns == 1 ? "" : name + (rows == columns ? rows : rows + "x" + columns);
    }

    private static void requireImage(String layer, Shape shape) {
        if (shape.rank() != 3) {
            throw new ShapeMismatchException(layer, "input [batch, height, width, channels]", shape.describeBatch());
        }
    }
}
