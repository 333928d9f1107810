package io.github.otnn.layers;

import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Hands small gradients, computed in float64, to the pass. */
final class Gradients {
    private Gradients() {}

    /** Adds to the gradient of a weight, or replaces it, as the pass asks. */
    static void add(double[] values, LayerPass pass, String name) {
        INDArray gradient = pass.gradient(name);
        double[] sum = values;
        if (pass.accumulates()) {
            sum = Tensors.toDoubles(gradient);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
        }
        Tensors.write(sum, gradient);
    }
}
