package io.github.otnn.layers;

import io.github.otnn.core.network.Initializer;
import java.util.Arrays;

/** First values of unconstrained weights. */
final class FanIn {
    private FanIn() {}

    /**
     * Normal with variance 2 / n, n the number of inputs of one output: activations behind a ReLU keep their size (He et al. 2015,
     * arXiv 1502.01852).
     */
    static Initializer initializer() {
        return (shape, random) -> {
            double deviation = Math.sqrt(2.0 * shape.channels() / shape.length());
            double[] values = new double[Math.toIntExact(shape.length())];
            Arrays.setAll(values, i -> deviation * random.nextGaussian());
            return values;
        };
    }
}
