package io.github.otnn.layers;

import io.github.otnn.core.linalg.ConvolutionAxis;

/** One spatial axis of a {@link ConvolutionWindow}: where windows lie on an image, and how often they read a pixel. */
record WindowAxis(int kernel, int stride, int dilation, Padding padding) {
    /** Pixels from the first to the last tap of a window. */
    int reach() {
        return Math.addExact(Math.multiplyExact(dilation, kernel - 1), 1);
    }

    /** Whether an image of this size, with its border, holds a window. */
    boolean fits(long size) {
        return size >= 1 && size + padding.total(reach(), stride, Math.toIntExact(size)) >= reach();
    }

    /** Smallest image that holds a window. */
    int smallestSize() {
        int size = 1;
        while (!fits(size)) {
            size++;
        }
        return size;
    }

    /** The axis on an image that {@link #fits}. */
    ConvolutionAxis on(long imageSize) {
        int size = Math.toIntExact(imageSize);
        int before = padding.before(reach(), stride, size);
        int after = padding.total(reach(), stride, size) - before;
        return padding == Padding.CIRCULAR
                ? ConvolutionAxis.circular(kernel, stride, dilation, before, after, size)
                : ConvolutionAxis.zeroPadded(kernel, stride, dilation, before, after, size);
    }

    /** Image size that so many windows make, the smallest where several have as many; below 1 if there is none. */
    long sizeOf(long windows) {
        return switch (padding) {
            case CIRCULAR, SAME_UPPER -> windows * stride;
            case VALID, SAME -> (windows - 1) * stride + reach() - padding.total(reach(), stride, 1);
        };
    }

    /**
     * Upper bound of how often one pixel is read. A tap a of window i reads pixel i stride + a dilation, so the taps that read
     * a given pixel agree modulo stride / gcd(stride, dilation), and each of them in one window only: there are at most {@code
     * ceil(kernel gcd / stride)}. That holds with zeros around the image, and around a circle whose length is a multiple of the
     * stride; on other circles the reads are counted.
     */
    int mostUses(long size) {
        if (padding == Padding.CIRCULAR && size % stride != 0) {
            return on(size).mostUses();
        }
        int steps = stride / greatestCommonDivisor(stride, dilation);
        return (kernel + steps - 1) / steps;
    }

    /** Mean of how often a pixel is read. */
    double meanUses(long size) {
        ConvolutionAxis axis = on(size);
        if (padding == Padding.CIRCULAR) {
            return (double) axis.windows() * kernel / size;
        }
        long uses = 0;
        for (int window = 0; window < axis.windows(); window++) {
            for (int tap = 0; tap < kernel; tap++) {
                long position = (long) window * stride + (long) tap * dilation - axis.before();
                uses += position >= 0 && position < size ? 1 : 0;
            }
        }
        return (double) uses / size;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
