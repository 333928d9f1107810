package io.github.otnn.xai.transport;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Exact Wasserstein-1 distance of two equally large samples, and the transport plan that attains it.
 *
 * <pre>W1 = min over permutations p of mean_i |x_i - z_p(i)|,   L2 norm</pre>
 *
 * For a score that is 1-Lipschitz, {@code mean f(x) - mean f(z) <= W1} on the same samples, always: a larger difference
 * proves that the score is steeper. Float64; O(n^2 d + n^3) time, so a thousand samples are a matter of seconds at most.
 *
 * @param distance W1, in input units
 * @param plan {@code plan.columnOfRow()[i]} is the partner z of x_i; its potentials are optimal
 */
public record Wasserstein(double distance, ExactAssignment plan) {
    /**
     * Solves the transport between two samples.
     *
     * @param x {@code [n, ...]}. Not modified.
     * @param z {@code [n, ...]}, same shape. Not modified.
     * @throws ShapeMismatchException if the shapes differ or have no sample axis
     * @throws IllegalArgumentException if there is no sample, or a value is NaN or infinite
     */
    public static Wasserstein between(INDArray x, INDArray z) {
        requireSamples("x", x);
        requireSamples("z", z);
        if (!Arrays.equals(x.shape(), z.shape())) {
            throw new ShapeMismatchException(
                    "Wasserstein: z (both samples equally large)",
                    Arrays.toString(x.shape()),
                    Arrays.toString(z.shape()));
        }
        int n = Math.toIntExact(x.size(0));
        ExactAssignment plan = ExactAssignment.solve(distances(Tensors.toDoubles(x), Tensors.toDoubles(z), n), n);
        return new Wasserstein(plan.totalCost() / n, plan);
    }

    private static double[] distances(double[] x, double[] z, int n) {
        int length = x.length / n;
        double[] cost = ExactAssignment.squareMatrix(n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cost[i * n + j] = distance(x, i * length, z, j * length, length);
            }
        }
        return cost;
    }

    private static double distance(double[] x, int atX, double[] z, int atZ, int length) {
        double squares = 0;
        for (int p = 0; p < length; p++) {
            double difference = x[atX + p] - z[atZ + p];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    private static void requireSamples(String name, INDArray samples) {
        if (samples.isEmpty() || samples.length() == 0) {
            throw new IllegalArgumentException("Wasserstein: expected at least one sample in " + name + ", got none");
        }
        if (samples.rank() < 2) {
            throw new ShapeMismatchException("Wasserstein: " + name, "[n, ...]", Arrays.toString(samples.shape()));
        }
        Tensors.requireFinite("Wasserstein: " + name, samples);
    }
}
