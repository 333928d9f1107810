package io.github.otnn.core.onnx;

import io.github.otnn.core.Shape;
import java.util.stream.LongStream;

/**
 * A value of an ONNX graph. Channels come first behind the batch: a sample of shape {@code [height, width, channels]} is stored as
 * {@code [channels, height, width]}.
 *
 * @param name in the ONNX graph
 * @param stored shape of the sample that is stored, channels last as everywhere in the library
 * @param flat whether it stands for the vector of its values in the order row, column, channel, though it is still stored as it was:
 *     a product with a matrix takes that as it is, by reordering the rows of the matrix
 */
record OnnxValue(String name, Shape stored, boolean flat) {
    OnnxValue(String name, Shape stored) {
        this(name, stored, false);
    }

    /** Shape that it stands for. */
    Shape shape() {
        return flat ? Shape.of(stored.length()) : stored;
    }

    /** Whether values are stored in the order row, column, channel. */
    static boolean isInOrder(Shape shape) {
        return shape.rank() == 1 || shape.channels() == 1 || shape.channels() == shape.length();
    }

    /** Sizes behind the batch, channels first. */
    static long[] sizes(Shape shape) {
        return LongStream.concat(
                        LongStream.of(shape.channels()),
                        LongStream.of(shape.sizes()).limit(shape.rank() - 1L))
                .toArray();
    }

    /** The axis of a sample as an axis of the stored batch. */
    static int axis(Shape shape, int axis) {
        return axis == shape.rank() - 1 ? 1 : axis + 2;
    }

    /** The order of axes that moves channels behind the others. */
    static long[] channelsLast(Shape shape) {
        int rank = shape.rank();
        return LongStream.rangeClosed(0, rank)
                .map(axis -> axis == 0 ? 0 : axis == rank ? 1 : axis + 1)
                .toArray();
    }

    /** The order of axes that moves channels from behind the others to their front. */
    static long[] channelsFirst(Shape shape) {
        int rank = shape.rank();
        return LongStream.rangeClosed(0, rank)
                .map(axis -> axis == 0 ? 0 : axis == 1 ? rank : axis - 1)
                .toArray();
    }
}
