package io.github.otnn.core.samediff;

import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Zeros around images and between their pixels, in a graph of SameDiff. */
record Frames(SameDiff graph) {
    /** Size of a slice that goes to the end. Strided slices have wrong gradients where all but one axis have the size 1. */
    static final int ALL = -1;

    /**
     * One axis of a frame.
     *
     * @param before zeros before the image; places cut off where it is negative
     * @param size of the image
     * @param framed size of both
     */
    record Frame(int before, int size, int framed) {
        int after() {
            return framed - size - before;
        }
    }

    /** The image in its frame. */
    SDVariable framed(SDVariable x, Frame rows, Frame columns) {
        int[] before = {0, Math.max(0, rows.before), Math.max(0, columns.before), 0};
        int[] after = {0, Math.max(0, rows.after()), Math.max(0, columns.after()), 0};
        SDVariable padded = padded(x, before, after);
        int least = Math.min(Math.min(rows.before, rows.after()), Math.min(columns.before, columns.after()));
        if (least >= 0) {
            return padded;
        }
        int[] from = {0, Math.max(0, -rows.before), Math.max(0, -columns.before), 0};
        return graph.slice(padded, from, ALL, rows.framed, columns.framed, ALL);
    }

    /** The image that a convolution with these strides makes, with zeros where it left places out. */
    SDVariable spread(SDVariable x, ConvolutionAxis rows, ConvolutionAxis columns, long channels) {
        if (rows.stride() == 1 && columns.stride() == 1) {
            return x;
        }
        long height = (long) rows.windows() * rows.stride();
        long width = (long) columns.windows() * columns.stride();
        SDVariable tall = spread(x, rows.windows(), rows.stride(), columns.windows() * channels);
        SDVariable wide = spread(tall, height * columns.windows(), columns.stride(), channels);
        return graph.reshape(wide, -1, height, width, channels);
    }

    /** {@code [batch, count, block]} with {@code stride - 1} blocks of zeros behind each. */
    private SDVariable spread(SDVariable x, long count, int stride, long block) {
        SDVariable blocks = graph.reshape(x, -1, count, 1, block);
        return padded(blocks, new int[4], new int[] {0, 0, stride - 1, 0});
    }

    /** Zeros before and behind each axis. */
    SDVariable padded(SDVariable x, int[] before, int[] after) {
        if (Arrays.stream(before).sum() + Arrays.stream(after).sum() == 0) {
            return x;
        }
        double[] amounts = new double[2 * before.length];
        for (int axis = 0; axis < before.length; axis++) {
            amounts[2 * axis] = before[axis];
            amounts[2 * axis + 1] = after[axis];
        }
        INDArray table = Tensors.of(DataType.DOUBLE, amounts, before.length, 2).castTo(DataType.INT32);
        return graph.nn().pad(x, graph.constant(table), 0);
    }
}
