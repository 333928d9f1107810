package io.github.otnn.core.linalg;

/**
 * One spatial axis of a convolution: which input positions each window reads.
 *
 * <pre>window i reads with tap a the position   i stride + a dilation - before</pre>
 *
 * Positions outside {@code 0 .. size-1} hold zeros, or are taken modulo the size if the border is circular. Immutable.
 *
 * @param kernel taps of a window, at least 1
 * @param stride distance between windows, at least 1
 * @param dilation distance between the taps of a window, at least 1
 * @param before pixels added before the first one, at least 0
 * @param after pixels added after the last one, at least 0
 * @param size positions of the input, at least 1
 * @param border what the added pixels hold
 */
public record ConvolutionAxis(int kernel, int stride, int dilation, int before, int after, int size, Border border) {
    /** What lies beyond the image. */
    public enum Border {
        /** Zeros. */
        ZEROS,
        /** The image again: positions modulo the size. */
        CIRCULAR
    }

    /** Value of {@link #position} for a tap that reads a zero of the border. */
    static final int BEYOND = -1;

    /** Checks the numbers. */
    public ConvolutionAxis {
        requireAtLeast(1, kernel, "kernel");
        requireAtLeast(1, stride, "stride");
        requireAtLeast(1, dilation, "dilation");
        requireAtLeast(0, before, "padding before");
        requireAtLeast(0, after, "padding after");
        requireAtLeast(1, size, "size");
        long slack = (long) size + before + after - reach(kernel, dilation);
        if (slack < 0) {
            throw new IllegalArgumentException("ConvolutionAxis: expected a kernel inside the padded image, got "
                    + reach(kernel, dilation) + " (kernel " + kernel + ", dilation " + dilation + ") on " + size
                    + " with padding " + before + " + " + after);
        }
        requireAtLeast(1, Math.toIntExact(slack / stride + 1), "windows");
    }

    /** Axis of a zero-padded convolution. */
    public static ConvolutionAxis zeroPadded(int kernel, int stride, int dilation, int before, int after, int size) {
        return new ConvolutionAxis(kernel, stride, dilation, before, after, size, Border.ZEROS);
    }

    /** Axis of a convolution whose image goes on from its other end. */
    public static ConvolutionAxis circular(int kernel, int stride, int dilation, int before, int after, int size) {
        return new ConvolutionAxis(kernel, stride, dilation, before, after, size, Border.CIRCULAR);
    }

    /** Number of windows, the size of the output: floor((size + before + after - (dilation (kernel-1) + 1)) / stride) + 1. */
    public int windows() {
        return (int) (((long) size + before + after - reach(kernel, dilation)) / stride) + 1;
    }

    /**
     * Largest number of taps, over all windows, that read one input position; 0 if none is read. Counted, so it is exact
     * at borders too; far from them and without them it is ceil(kernel gcd(stride, dilation) / stride).
     */
    public int mostUses() {
        int[] uses = new int[size];
        int most = 0;
        for (int window = 0; window < windows(); window++) {
            for (int tap = 0; tap < kernel; tap++) {
                int position = position(window, tap);
                if (position != BEYOND) {
                    most = Math.max(most, ++uses[position]);
                }
            }
        }
        return most;
    }

    /** Input position that a tap of a window reads, or {@link #BEYOND}. */
    int position(int window, int tap) {
        long position = (long) window * stride + (long) tap * dilation - before;
        if (border == Border.CIRCULAR) {
            return (int) Math.floorMod(position, (long) size);
        }
        return position >= 0 && position < size ? (int) position : BEYOND;
    }

    /** Whether some window reads the image with every tap. */
    boolean hasWholeWindow() {
        for (int window = 0; window < windows(); window++) {
            if (position(window, 0) != BEYOND && position(window, kernel - 1) != BEYOND) {
                return true;
            }
        }
        return false;
    }

    boolean isCircular() {
        return border == Border.CIRCULAR;
    }

    private static long reach(int kernel, int dilation) {
        return (long) dilation * (kernel - 1) + 1;
    }

    private static void requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "ConvolutionAxis: " + name + " must be at least " + least + ", got " + value);
        }
    }
}
