package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes samples into a FLOAT array through a small Java buffer, so that no second copy of the data ever exists. */
final class FeatureBlocks {
    /** Most values one FLOAT array holds: its memory is reached through a buffer of less than 2 GiB. */
    static final int MAX_VALUES = (1 << 29) - 1;

    private static final int BLOCK_VALUES = 1 << 18;

    private FeatureBlocks() {}

    /** Writes all values of one sample. */
    @FunctionalInterface
    interface SampleWriter {
        void write(int sample, float[] block, int offset);
    }

    /**
     * Array {@code [count, sample...]}; samples are asked for once each, in order.
     *
     * @throws IllegalArgumentException if the array would hold more than {@link #MAX_VALUES} values
     */
    static INDArray fill(int count, Shape sample, SampleWriter writer) {
        int perSample = (int) Math.min(sample.length(), Integer.MAX_VALUE);
        if ((long) count * perSample > MAX_VALUES) {
            throw new IllegalArgumentException("features: expected at most " + MAX_VALUES + " values, got " + count
                    + " samples of shape " + sample);
        }
        INDArray features = Tensors.uninitialized(DataType.FLOAT, sample.batch(count));
        int perBlock = Math.max(1, Math.min(count, BLOCK_VALUES / perSample));
        float[] block = new float[perBlock * perSample];
        for (int from = 0; from < count; from += perBlock) {
            int size = Math.min(perBlock, count - from);
            for (int i = 0; i < size; i++) {
                writer.write(from + i, block, i * perSample);
            }
            float[] filled = size == perBlock ? block : Arrays.copyOf(block, size * perSample);
            Tensors.write(filled, Tensors.rows(features, from, from + size));
        }
        return features;
    }

    /** Number of samples of all classes, checked to be one that an array can hold. */
    static int requireCount(int countPerClass, int classCount) {
        if (countPerClass < 1 || countPerClass > MAX_VALUES / classCount) {
            throw new IllegalArgumentException(
                    "countPerClass: expected 1 to " + MAX_VALUES / classCount + ", got " + countPerClass);
        }
        return countPerClass * classCount;
    }
}
