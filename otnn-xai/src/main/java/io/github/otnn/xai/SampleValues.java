package io.github.otnn.xai;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values of one sample after the other. Several are read at once: reaching into an array costs as much as copying thousands of
 * values. Holds at most 32 samples, fewer if they are large. One thread.
 */
public final class SampleValues {
    private static final int SAMPLES = 32;
    private static final int VALUES = 1 << 17;

    private final INDArray array;
    private final int samples;
    private final int length;
    private double[] block = new double[0];
    private int blockFrom;
    private int cachedSample = -1;
    private double[] cached = new double[0];

    /**
     * Prepares an array.
     *
     * @param array {@code [samples, ...]}, dense and not empty. Not modified.
     */
    public SampleValues(INDArray array) {
        this.array = array;
        this.samples = Math.toIntExact(array.size(0));
        this.length = Math.toIntExact(array.length() / samples);
    }

    /** Number of samples. */
    public int samples() {
        return samples;
    }

    /** Values of one sample. */
    public int length() {
        return length;
    }

    /** Values of a sample in C order, not to be modified; they stay as they are when others are read. */
    public double[] of(int sample) {
        if (sample != cachedSample) {
            if (sample < blockFrom || sample >= blockFrom + block.length / length) {
                int count = Math.max(1, Math.min(SAMPLES, VALUES / length));
                block = Tensors.toDoubles(Tensors.rows(array, sample, Math.min(samples, sample + count)));
                blockFrom = sample;
            }
            int at = (sample - blockFrom) * length;
            cached = Arrays.copyOfRange(block, at, at + length);
            cachedSample = sample;
        }
        return cached;
    }
}
