package io.github.otnn.core.tensor;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reflects the points (x_j, x_{c+j}) of each row of a dense matrix with 2 c columns that lie on the positive side of a line
 * through 0.
 *
 * <pre>
 * n = (sin(t/2), -cos(t/2)),   d = n . v,   v -&gt; v - 2 d n if d &gt; 0, else v
 *                                             = (x cos t + y sin t, x sin t - y cos t)
 * </pre>
 *
 * Computed in float64; sines and cosines once a call.
 */
public final class HalfReflections {
    private final double[] sines;
    private final double[] cosines;

    /** Prepares the lines for these angles t, one a pair. */
    public HalfReflections(double[] angles) {
        sines = new double[angles.length];
        cosines = new double[angles.length];
        for (int j = 0; j < angles.length; j++) {
            sines[j] = Math.sin(angles[j] / 2);
            cosines[j] = Math.cos(angles[j] / 2);
        }
    }

    /**
     * Reflects each point.
     *
     * @param x {@code [rows, 2 angles]}
     * @param y same shape. Modified.
     */
    public void forward(INDArray x, INDArray y) {
        int pairs = sines.length;
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(2 * pairs, total);
        Stretch in = Stretch.of(x);
        Stretch out = Stretch.of(y);
        double[] values = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            for (int row = 0; row < count; row += 2 * pairs) {
                for (int j = 0; j < pairs; j++) {
                    double side = distance(values, row, j);
                    double distance = Stretch.masked(side, Stretch.above(side));
                    values[row + j] -= 2 * distance * sines[j];
                    values[row + pairs + j] += 2 * distance * cosines[j];
                }
            }
            out.write(start, values, count);
        }
    }

    /**
     * Cotangent of x, and what the angles' gradient gains.
     *
     * @param dx shape of x, or null where it is not wanted. Modified.
     * @param angleGradient one an angle, added to. Modified.
     */
    public void backward(INDArray x, INDArray dy, @Nullable INDArray dx, double[] angleGradient) {
        int pairs = sines.length;
        int total = Math.toIntExact(x.length());
        int block = Stretch.wholeRows(2 * pairs, total);
        Stretch in = Stretch.of(x);
        Stretch cotangents = Stretch.of(dy);
        @Nullable Stretch out = dx == null ? null : Stretch.of(dx);
        double[] values = new double[block];
        double[] back = new double[block];
        for (int start = 0; start < total; start += block) {
            int count = Math.min(block, total - start);
            in.read(start, values, count);
            cotangents.read(start, back, count);
            for (int row = 0; row < count; row += 2 * pairs) {
                pullBack(values, back, row, angleGradient);
            }
            if (out != null) {
                out.write(start, back, count);
            }
        }
    }

    private void pullBack(double[] values, double[] back, int row, double[] angleGradient) {
        int pairs = sines.length;
        for (int j = 0; j < pairs; j++) {
            double sine = sines[j];
            double cosine = cosines[j];
            double distance = distance(values, row, j);
            long reflected = Stretch.above(distance);
            double first = values[row + j] - 2 * distance * sine;
            double second = values[row + pairs + j] + 2 * distance * cosine;
            // turning the line by t/2 turns the image by t: its velocity is (-second, first)
            angleGradient[j] += Stretch.masked(back[row + pairs + j] * first - back[row + j] * second, reflected);
            double along = Stretch.masked(distance(back, row, j), reflected);
            back[row + j] -= 2 * along * sine;
            back[row + pairs + j] += 2 * along * cosine;
        }
    }

    private double distance(double[] values, int row, int pair) {
        return values[row + pair] * sines[pair] - values[row + sines.length + pair] * cosines[pair];
    }
}
