package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The maps of all samples, filled sample by sample. */
final class SampleMaps {
    private final ChannelReduction reduction;
    private final int channels;
    private final INDArray maps;

    /**
     * Maps of samples that look like these.
     *
     * @param input {@code [samples, ...]}
     */
    SampleMaps(INDArray input, ChannelReduction reduction) {
        this(input.dataType(), input.shape(), reduction);
    }

    SampleMaps(DataType type, long[] shape, ChannelReduction reduction) {
        this.reduction = reduction;
        this.channels = reduction.channels(shape);
        this.maps = Tensors.uninitialized(type, reduction.reducedShape(shape));
    }

    /** Reduces the values of a sample and keeps the result. */
    void set(int sample, double[] values) {
        set(sample, 1, values);
    }

    /** Reduces the values of consecutive samples and keeps the results. */
    void set(int first, int count, double[] values) {
        Tensors.write(reduction.reduce(values, channels), Tensors.rows(maps, first, first + count));
    }

    /** Whether each value becomes one value of the map, so that nothing is summed up. */
    boolean keepsPlaces() {
        return channels == 1;
    }

    /**
     * The same for maps in FLOAT that keep their places.
     *
     * @param values Modified.
     */
    void set(int first, int count, float[] values) {
        if (!reduction.keepsSign()) {
            for (int p = 0; p < values.length; p++) {
                values[p] = Math.abs(values[p]);
            }
        }
        Tensors.write(values, Tensors.rows(maps, first, first + count));
    }

    INDArray array() {
        return maps;
    }
}
