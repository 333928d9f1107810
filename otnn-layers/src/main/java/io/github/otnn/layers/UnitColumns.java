package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Divides each column of a matrix by its norm, computed in float64.
 *
 * <pre>w^_j = w_j / |w_j|,   dw_j = (g_j - w^_j (w^_j . g_j)) / |w_j|</pre>
 *
 * A column of zeros has no direction: it is an error.
 */
public record UnitColumns() implements Parametrization {
    @Override
    public Projection bind(Shape shape, DataType type) {
        return new NormalizedGroups(
                "UnitColumns: expected columns with a finite norm above 0, column %d has ",
                Math.toIntExact(shape.channels()));
    }
}
