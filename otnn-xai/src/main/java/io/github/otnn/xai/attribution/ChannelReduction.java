package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the channels of a pixel become one number. There is no default: toolboxes differ here, and maps can be compared only
 * after the same reduction.
 */
public enum ChannelReduction {
    /** Largest absolute value. */
    MAX_ABS {
        @Override
        double apply(double[] values, int from, int count) {
            double largest = 0;
            for (int c = from; c < from + count; c++) {
                largest = Math.max(largest, Math.abs(values[c]));
            }
            return largest;
        }
    },
    /** Mean of the absolute values. */
    MEAN_ABS {
        @Override
        double apply(double[] values, int from, int count) {
            double sum = 0;
            for (int c = from; c < from + count; c++) {
                sum += Math.abs(values[c]);
            }
            return sum / count;
        }
    },
    /** Signed sum: keeps sums over the whole map. */
    SUM {
        @Override
        double apply(double[] values, int from, int count) {
            double sum = 0;
            for (int c = from; c < from + count; c++) {
                sum += values[c];
            }
            return sum;
        }
    },
    /** Signed mean. */
    MEAN {
        @Override
        double apply(double[] values, int from, int count) {
            return SUM.apply(values, from, count) / count;
        }
    },
    /** Square root of the sum of squares. */
    L2 {
        @Override
        double apply(double[] values, int from, int count) {
            double squares = 0;
            for (int c = from; c < from + count; c++) {
                squares += values[c] * values[c];
            }
            return Math.sqrt(squares);
        }
    },
    /** Channels are kept. */
    NONE {
        @Override
        double apply(double[] values, int from, int count) {
            return values[from];
        }
    };

    abstract double apply(double[] values, int from, int count);

    /** Whether the result still tells for from against. */
    public boolean keepsSign() {
        return this == SUM || this == MEAN || this == NONE;
    }

    /**
     * Reduces the last axis of images. Arrays of another rank have no channels: each value stands alone.
     *
     * @param maps {@code [samples, height, width, channels]}, or another shape. Not modified.
     * @return {@code [samples, height, width]} for images, unless channels are kept; else the shape given. New array.
     */
    public INDArray reduce(INDArray maps) {
        INDArray dense = Tensors.dense(maps);
        SampleMaps reduced = new SampleMaps(dense, this);
        for (int i = 0; i < dense.size(0); i++) {
            reduced.set(i, Tensors.toDoubles(Tensors.rows(dense, i, i + 1)));
        }
        return reduced.array();
    }

    /** Shape after the reduction. */
    long[] reducedShape(long[] shape) {
        return hasChannels(shape) ? Arrays.copyOf(shape, shape.length - 1) : shape.clone();
    }

    /** Values that become one. */
    int channels(long[] shape) {
        return hasChannels(shape) ? Math.toIntExact(shape[shape.length - 1]) : 1;
    }

    /** Reduces groups of neighbours. */
    double[] reduce(double[] values, int channels) {
        if (channels == 1) {
            return keepsSign() ? values.clone() : absolute(values);
        }
        double[] reduced = new double[values.length / channels];
        for (int p = 0; p < reduced.length; p++) {
            reduced[p] = apply(values, p * channels, channels);
        }
        return reduced;
    }

    private static double[] absolute(double[] values) {
        double[] sizes = new double[values.length];
        for (int p = 0; p < sizes.length; p++) {
            sizes[p] = Math.abs(values[p]);
        }
        return sizes;
    }

    /** Refuses reductions after which nothing tells for from against. */
    void requireSigned(String where, String hint) {
        if (!keepsSign()) {
            throw new IllegalArgumentException(
                    where + ": expected a reduction that keeps the sign (MEAN, SUM, NONE), got " + this + "; " + hint);
        }
    }

    private boolean hasChannels(long[] shape) {
        return this != NONE && shape.length == 4;
    }
}
