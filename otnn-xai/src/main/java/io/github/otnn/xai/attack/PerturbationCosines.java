package io.github.otnn.xai.attack;

import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Mean cosines between what different attacks have done to the same samples. */
final class PerturbationCosines {
    private PerturbationCosines() {}

    static double[][] of(INDArray inputs, List<AttackResult> results) {
        INDArray dense = Tensors.dense(inputs);
        int attacks = results.size();
        double[][] sums = new double[attacks][attacks];
        int[][] counts = new int[attacks][attacks];
        for (int i = 0; i < results.get(0).samples(); i++) {
            double[] origin = Tensors.toDoubles(Tensors.rows(dense, i, i + 1L));
            double[][] units = new double[attacks][];
            for (int a = 0; a < attacks; a++) {
                units[a] = unit(results.get(a), i, origin);
            }
            for (int a = 0; a < attacks; a++) {
                for (int b = 0; b < attacks; b++) {
                    if (units[a].length > 0 && units[b].length > 0) {
                        sums[a][b] += dot(units[a], units[b]);
                        counts[a][b]++;
                    }
                }
            }
        }
        for (int a = 0; a < attacks; a++) {
            for (int b = 0; b < attacks; b++) {
                sums[a][b] = counts[a][b] == 0 ? Double.NaN : sums[a][b] / counts[a][b];
            }
        }
        return sums;
    }

    /** Perturbation of unit length; empty where there is none. */
    private static double[] unit(AttackResult result, int i, double[] origin) {
        if (!result.found(i) || result.distances()[i] == 0) {
            return new double[0];
        }
        double[] unit = Tensors.toDoubles(Tensors.rows(result.points(), i, i + 1L));
        Vectors.add(-1, origin, unit);
        Vectors.scale(1 / Vectors.norm(unit), unit);
        return unit;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int p = 0; p < x.length; p++) {
            sum += x[p] * y[p];
        }
        return sum;
    }
}
