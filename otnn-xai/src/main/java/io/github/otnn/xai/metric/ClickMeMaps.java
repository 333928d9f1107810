package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.attribution.Resize;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes maps of clicks comparable with maps of a network, in the way of the harmonization benchmark.
 *
 * <pre>
 * clicks -> 64 x 64, bilinear
 *        -> blurred: sum over a, b in -5..4 of w_ab clicks[r + a + 1, c + b + 1],  w_ab = exp(-(a^2 + b^2) / 200) / sum
 *        -> size x size, bilinear
 * </pre>
 *
 * Half-pixel centres, zeros outside. The kernel is nearly flat (its corner is 0.78 of its centre before it is normalised, and
 * 10 x 10 values are few for a sigma of 10) and not symmetric: maps move by about half a pixel of 64. Published alignments have
 * both in them. Thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/2211.04533">Fel, Felipe, Linsley, Serre 2022</a>
 */
public final class ClickMeMaps {
    private static final int SMALL = 64;
    private static final int KERNEL = 10;
    private static final double SIGMA = 10;
    /** Rows above the pixel that the kernel begins with: zeros are added as TensorFlow's SAME does, the odd one behind. */
    private static final int BEFORE = 4;

    private ClickMeMaps() {}

    /**
     * Prepares maps.
     *
     * @param clicks {@code [samples, height, width]}, finite, 256 x 256 in the published data. Not modified.
     * @param size height and width of the result, 224 in published alignments; at least 1
     * @return {@code [samples, size, size]}, the type of the clicks
     */
    public static INDArray prepare(INDArray clicks, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("ClickMe maps: size must be >= 1, got " + size);
        }
        if (clicks.rank() != 3) {
            throw new ShapeMismatchException(
                    "ClickMe maps", "[samples, height, width]", Arrays.toString(clicks.shape()));
        }
        GivenMaps given = GivenMaps.of(clicks);
        int rows = given.grid().rows();
        int columns = given.grid().columns();
        double[] all = new double[given.samples() * size * size];
        for (int i = 0; i < given.samples(); i++) {
            double[] small = Resize.BILINEAR.apply(given.of(i), rows, columns, SMALL, SMALL);
            double[] map = Resize.BILINEAR.apply(blurred(small), SMALL, SMALL, size, size);
            System.arraycopy(map, 0, all, i * size * size, size * size);
        }
        DataType type = clicks.dataType() == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
        return Tensors.of(type, all, given.samples(), size, size);
    }

    /** The kernel is a product, so rows and columns are blurred one after the other. */
    private static double[] blurred(double[] map) {
        double[] weights = new double[KERNEL];
        Arrays.setAll(weights, k -> Math.exp(-square(k - KERNEL / 2) / (2 * SIGMA * SIGMA)));
        double sum = Arrays.stream(weights).sum();
        Arrays.setAll(weights, k -> weights[k] / sum);
        return alongAxis(alongAxis(map, weights, 1), weights, SMALL);
    }

    private static double[] alongAxis(double[] map, double[] weights, int stride) {
        double[] blurred = new double[map.length];
        for (int p = 0; p < map.length; p++) {
            int place = p / stride % SMALL;
            for (int k = 0; k < KERNEL; k++) {
                int at = place + k - BEFORE;
                if (at >= 0 && at < SMALL) {
                    blurred[p] += weights[k] * map[p + (k - BEFORE) * stride];
                }
            }
        }
        return blurred;
    }

    private static double square(double value) {
        return value * value;
    }
}
