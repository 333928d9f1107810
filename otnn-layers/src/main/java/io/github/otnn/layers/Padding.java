package io.github.otnn.layers;

/** What a convolution sees beyond the border of an image. */
public enum Padding {
    /** {@code k / 2} zeros on each side, for every stride: with stride 1 and odd k the output has the size of the input. */
    SAME,
    /** Nothing: windows stay inside the image. */
    VALID;

    int zeros(int kernel) {
        return this == SAME ? kernel / 2 : 0;
    }
}
