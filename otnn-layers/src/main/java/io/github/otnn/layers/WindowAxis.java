package io.github.otnn.layers;

import io.github.otnn.core.linalg.ConvolutionAxis;

/** One spatial axis of a {@link ConvolutionWindow}: where windows lie on an image, and how often they read a pixel. */
record WindowAxis(int kernel, int stride, int dilation, Padding padding) {
    /** Reads that are counted one by one; more of them only bounded. */
    private static final long COUNTABLE = 1 << 24;

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
        // what is added to an image of one pixel is added to any, or lets that one fit
        int size = Math.max(1, reach() - padding.total(reach(), stride, 1));
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
        int steps = stride / greatestCommonDivisor(stride, dilation);
        int onALine = (int) (((long) kernel + steps - 1) / steps);
        if (padding == Padding.CIRCULAR && size % stride != 0) {
            ConvolutionAxis axis = on(size);
            if ((long) axis.windows() * kernel <= COUNTABLE) {
                return axis.mostUses();
            }
            // unrolled, the pixel is on the line once per turn
            long turns = ((axis.windows() - 1L) * stride + reach() - 1) / size + 1;
            return (int) Math.min(Integer.MAX_VALUE, onALine * turns);
        }
        return onALine;
    }

    /** Mean of how often a pixel is read. */
    double meanUses(long size) {
        ConvolutionAxis axis = on(size);
        if (padding == Padding.CIRCULAR) {
            return (double) axis.windows() * kernel / size;
        }
        long uses = 0;
        for (int window = 0; window < axis.windows(); window++) {
            long start = (long) window * stride - axis.before();
            long first = Math.max(0, Math.floorDiv(-start + dilation - 1, (long) dilation));
            long last = Math.min(kernel - 1L, Math.floorDiv(size - 1 - start, (long) dilation));
            uses += Math.max(0, last - first + 1);
        }
        return (double) uses / size;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
