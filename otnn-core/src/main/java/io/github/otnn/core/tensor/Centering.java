package io.github.otnn.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Subtracts from each sample its own means over positions, one mean a channel, and adds a bias.
 *
 * <pre>y[n, p, c] = x[n, p, c] - mean over q of x[n, q, c] + bias</pre>
 *
 * Dense arrays, computed in float64. Samples never mix. Without the bias the map is its own adjoint.
 */
public final class Centering {
    private Centering() {}

    /**
     * Centres each sample.
     *
     * @param x {@code [samples, positions, channels]}
     * @param bias repeated over the sample: one value a channel, or one a position where there is one channel. Not modified.
     * @param y same shape as x. Modified.
     */
    public static void forward(INDArray x, double[] bias, INDArray y) {
        int samples = Math.toIntExact(x.size(0));
        int positions = Math.toIntExact(x.size(1));
        int channels = Math.toIntExact(x.size(2));
        int length = positions * channels;
        // whole periods of bias and channels in every block
        int period = Math.max(bias.length, channels);
        int block = Stretch.wholeRows(period, length);
        Stretch in = Stretch.of(x);
        Stretch out = Stretch.of(y);
        double[] values = new double[block];
        double[] means = new double[channels];
        for (int sample = 0; sample < samples; sample++) {
            int end = (sample + 1) * length;
            Arrays.fill(means, 0);
            for (int start = end - length; start < end; start += block) {
                int count = Math.min(block, end - start);
                in.read(start, values, count);
                addChannels(values, count, means);
            }
            for (int c = 0; c < channels; c++) {
                means[c] /= positions;
            }
            for (int start = end - length; start < end; start += block) {
                int count = Math.min(block, end - start);
                in.read(start, values, count);
                shift(values, count, means, bias);
                out.write(start, values, count);
            }
        }
    }

    /** dx = dy - its means over positions. */
    public static void backward(INDArray dy, INDArray dx) {
        forward(dy, new double[Math.toIntExact(dy.size(2))], dx);
    }

    private static void addChannels(double[] values, int count, double[] sums) {
        int channels = sums.length;
        for (int base = 0; base < count; base += channels) {
            for (int c = 0; c < channels; c++) {
                sums[c] += values[base + c];
            }
        }
    }

    private static void shift(double[] values, int count, double[] means, double[] bias) {
        int channels = means.length;
        for (int base = 0; base < count; base += channels) {
            for (int c = 0; c < channels; c++) {
                values[base + c] -= means[c];
            }
        }
        for (int base = 0; base < count; base += bias.length) {
            for (int c = 0; c < bias.length; c++) {
                values[base + c] += bias[c];
            }
        }
    }
}
