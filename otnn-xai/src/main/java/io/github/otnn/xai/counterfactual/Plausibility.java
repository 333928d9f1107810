package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether counterfactuals lie where data of their new class lie.
 *
 * <pre>ratio = distance of x_t to the nearest reference of the class predicted there / the same for the class left behind</pre>
 *
 * Below 1 the point is among its new class. L2 in input units. The arrays belong to the receiver.
 *
 * @param samples those whose predicted class has changed, in order
 * @param ratios {@code [samples.length]}; infinite where a class has no reference or the class left is met exactly
 */
public record Plausibility(int[] samples, double[] ratios) {
    /**
     * Compares the points of one t with reference data, such as the training set. Takes time in proportion to both.
     *
     * @param time place of the t
     * @param reference {@code [n, ...]}, samples of the shape that was moved. Not modified.
     * @param classes class of each reference, as the function predicts: with one logit 1 or -1
     * @throws ShapeMismatchException if shapes or numbers differ
     */
    public static Plausibility of(Counterfactuals result, int time, INDArray reference, int[] classes) {
        INDArray points = result.points(time);
        long[] expected = points.shape().clone();
        expected[0] = classes.length;
        if (!Arrays.equals(expected, reference.shape())) {
            throw new ShapeMismatchException(
                    "plausibility: reference", Arrays.toString(expected), Arrays.toString(reference.shape()));
        }
        int[] changed = IntStream.range(0, result.samples())
                .filter(i -> result.prediction(time, i) != result.predictionBefore(i))
                .toArray();
        double[] target = new double[changed.length];
        double[] own = new double[changed.length];
        Arrays.fill(target, Double.POSITIVE_INFINITY);
        Arrays.fill(own, Double.POSITIVE_INFINITY);
        double[][] moved = new double[changed.length][];
        Arrays.setAll(moved, n -> Tensors.toDoubles(Tensors.rows(points, changed[n], changed[n] + 1L)));
        INDArray dense = Tensors.dense(reference);
        for (int r = 0; r < classes.length; r++) {
            double[] row = Tensors.toDoubles(Tensors.rows(dense, r, r + 1L));
            for (int n = 0; n < changed.length; n++) {
                if (classes[r] == result.prediction(time, changed[n])) {
                    target[n] = Math.min(target[n], squaredDistance(moved[n], row));
                } else if (classes[r] == result.predictionBefore(changed[n])) {
                    own[n] = Math.min(own[n], squaredDistance(moved[n], row));
                }
            }
        }
        double[] ratios = new double[changed.length];
        Arrays.setAll(ratios, n -> ratio(target[n], own[n]));
        return new Plausibility(changed, ratios);
    }

    private static double ratio(double target, double own) {
        return own == 0 || own == Double.POSITIVE_INFINITY ? Double.POSITIVE_INFINITY : Math.sqrt(target / own);
    }

    private static double squaredDistance(double[] x, double[] y) {
        double squares = 0;
        for (int p = 0; p < x.length; p++) {
            squares += (x[p] - y[p]) * (x[p] - y[p]);
        }
        return squares;
    }
}
