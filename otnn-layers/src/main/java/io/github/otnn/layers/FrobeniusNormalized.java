package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Divides a whole array by the root of its sum of squares, computed in float64.
 *
 * <pre>W^ = W / |W|_F,   dW = (G - W^ sum(W^ G)) / |W|_F</pre>
 *
 * The cheapest constraint: no singular value is above the Frobenius norm, 1. With one column it is exact; with several of
 * about equal size the largest singular value is well below 1. An array of zeros has no direction: it is an error.
 */
public record FrobeniusNormalized() implements Parametrization {
    @Override
    public Projection bind(Shape shape, DataType type) {
        return new NormalizedGroups("FrobeniusNormalized: expected a weight with a finite norm above 0, got ", 1);
    }
}
