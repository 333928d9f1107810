package io.github.otnn.layers;

/** What a convolution sees beyond the border of an image; {@link ConvolutionWindow} tells the amounts. */
public enum Padding {
    /**
     * {@code reach / 2} zeros on each side, for every stride, where reach = dilation (k - 1) + 1: with stride 1 and an odd
     * reach the output has the size of the input.
     */
    SAME,
    /** Nothing: windows stay inside the image. */
    VALID,
    /**
     * The image again, as if its opposite edges touched: {@code reach / 2} pixels before and {@code (reach - 1) / 2} after,
     * output ceil(size / stride).
     */
    CIRCULAR,
    /**
     * Zeros for an output of ceil(size / stride), the odd one at the end: what TensorFlow calls SAME and ONNX SAME_UPPER. Differs
     * from {@link #SAME} for strides above 1 and for even kernels.
     */
    SAME_UPPER;

    /** Pixels added on both sides together. */
    int total(int reach, int stride, int size) {
        return switch (this) {
            case VALID -> 0;
            case SAME -> reach / 2 * 2;
            case CIRCULAR -> reach - 1;
            case SAME_UPPER -> Math.max(0, (size - 1) / stride * stride + reach - size);
        };
    }

    /** Pixels added before the first one. */
    int before(int reach, int stride, int size) {
        int total = total(reach, stride, size);
        return this == CIRCULAR ? reach / 2 : total / 2;
    }
}
