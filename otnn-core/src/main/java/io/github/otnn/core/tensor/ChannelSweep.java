package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums over all axes but the last, and maps that are affine in each channel: what batch statistics need. Arrays are dense
 * matrices {@code [rows, channels]} of one type.
 *
 * <p>Floats go through in blocks of whole rows that stay in the processor's cache; sums are carried in float64.
 */
public final class ChannelSweep {
    private static final int BLOCK = 2048;

    /** So many blocks are summed in float32 before the sum moves to float64. */
    private static final int BLOCKS_PER_SUM = 32;

    private ChannelSweep() {}

    /** Sum of each channel. */
    public static double[] sums(INDArray x) {
        return x.dataType() == DataType.DOUBLE ? Tensors.toDoubles(x.sum(0)) : floatSums(x, x, false);
    }

    /** Sum of x y in each channel; x and y may be the same array. */
    public static double[] sumsOfProducts(INDArray x, INDArray y) {
        return x.dataType() == DataType.DOUBLE ? Tensors.toDoubles(x.mul(y).sum(0)) : floatSums(x, y, true);
    }

    /** result = x scale + shift, channel by channel. The result may be x. */
    public static void affine(INDArray x, double[] scale, double[] shift, INDArray result) {
        combine(x, scale, x, new double[scale.length], shift, result);
    }

    /** result = x a + y b + shift, channel by channel. The result may be x or y. */
    public static void combine(INDArray x, double[] a, INDArray y, double[] b, double[] shift, INDArray result) {
        if (x.dataType() == DataType.DOUBLE) {
            INDArray sum = x.mulRowVector(row(a)).addi(y.mulRowVector(row(b))).addiRowVector(row(shift));
            result.assign(sum);
            return;
        }
        boolean both = x != y;
        int block = block(a.length);
        float[] factors = tiled(a, block);
        float[] others = tiled(b, block);
        float[] shifts = tiled(shift, block);
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer second = Tensors.floats(y);
        FloatBuffer out = Tensors.floats(result);
        float[] values = new float[block];
        float[] secondValues = both ? new float[block] : values;
        for (int start = 0; start < in.limit(); start += block) {
            int count = Math.min(block, in.limit() - start);
            in.get(start, values, 0, count);
            if (both) {
                second.get(start, secondValues, 0, count);
                for (int i = 0; i < count; i++) {
                    values[i] = values[i] * factors[i] + secondValues[i] * others[i] + shifts[i];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    values[i] = values[i] * factors[i] + shifts[i];
                }
            }
            out.put(start, values, 0, count);
        }
        fence(x, y, result);
    }

    private static double[] floatSums(INDArray x, INDArray y, boolean products) {
        int channels = Math.toIntExact(x.size(1));
        int block = block(channels);
        FloatBuffer in = Tensors.floats(x);
        FloatBuffer second = Tensors.floats(y);
        float[] values = new float[block];
        float[] factors = products && x != y ? new float[block] : values;
        float[] part = new float[block];
        double[] total = new double[channels];
        int blocks = 0;
        for (int start = 0; start < in.limit(); start += block) {
            int count = Math.min(block, in.limit() - start);
            in.get(start, values, 0, count);
            if (factors != values) {
                second.get(start, factors, 0, count);
            }
            if (products) {
                for (int i = 0; i < count; i++) {
                    part[i] += values[i] * factors[i];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    part[i] += values[i];
                }
            }
            if (++blocks % BLOCKS_PER_SUM == 0) {
                drain(part, total);
            }
        }
        drain(part, total);
        fence(x, y, x);
        return total;
    }

    private static void drain(float[] part, double[] total) {
        for (int i = 0; i < part.length; i++) {
            total[i % total.length] += part[i];
            part[i] = 0;
        }
    }

    /** Whole rows, at least one. */
    private static int block(int channels) {
        return Math.max(1, BLOCK / channels) * channels;
    }

    private static float[] tiled(double[] perChannel, int block) {
        float[] tile = new float[block];
        for (int i = 0; i < block; i++) {
            tile[i] = (float) perChannel[i % perChannel.length];
        }
        return tile;
    }

    private static INDArray row(double[] values) {
        return Tensors.of(DataType.DOUBLE, values, 1, values.length);
    }

    private static void fence(INDArray x, INDArray y, INDArray result) {
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(result);
    }
}
