package io.github.otnn.core;

import java.util.Arrays;

/**
 * Extent of one sample (or of one weight): the sizes of its axes, without the batch axis. Immutable.
 *
 * <p>Images are {@code [height, width, channels]}, feature vectors {@code [features]}.
 */
public final class Shape {
    private final long[] sizes;

    private Shape(long[] sizes) {
        this.sizes = sizes;
    }

    /**
     * Returns the shape with these axis sizes.
     *
     * @throws IllegalArgumentException if there is no axis or a size is not positive
     */
    public static Shape of(long... sizes) {
        if (sizes.length == 0) {
            throw new IllegalArgumentException("Shape: expected at least one axis, got none");
        }
        for (long size : sizes) {
            if (size <= 0) {
                throw new IllegalArgumentException(
                        "Shape: expected positive axis sizes, got " + Arrays.toString(sizes));
            }
        }
        return new Shape(sizes.clone());
    }

    /** Returns the shape of one sample of an array {@code [batch, ...]}. */
    public static Shape ofSample(long[] batchShape) {
        if (batchShape.length < 2) {
            throw new ShapeMismatchException("batch", "[batch, ...]", Arrays.toString(batchShape));
        }
        return of(Arrays.copyOfRange(batchShape, 1, batchShape.length));
    }

    /** Number of axes. */
    public int rank() {
        return sizes.length;
    }

    /** Size of an axis; negative axes count from the end. */
    public long size(int axis) {
        return sizes[axis < 0 ? sizes.length + axis : axis];
    }

    /** Size of the last axis: channels of an image, features of a vector. */
    public long channels() {
        return sizes[sizes.length - 1];
    }

    /** Number of values. */
    public long length() {
        long product = 1;
        for (long size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Axis sizes, a copy. */
    public long[] sizes() {
        return sizes.clone();
    }

    /** Axis sizes of a batch of such samples: {@code [batch, ...]}. */
    public long[] batch(long batchSize) {
        long[] withBatch = new long[sizes.length + 1];
        withBatch[0] = batchSize;
        System.arraycopy(sizes, 0, withBatch, 1, sizes.length);
        return withBatch;
    }

    /** Text such as {@code [batch, 28, 28, 1]}, for messages. */
    public String describeBatch() {
        return "[batch, " + toString().substring(1);
    }

    /** Whether an array of this shape holds a batch of such samples. */
    public boolean matchesBatch(long[] batchShape) {
        return batchShape.length == sizes.length + 1
                && Arrays.equals(sizes, 0, sizes.length, batchShape, 1, batchShape.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
