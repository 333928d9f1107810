package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What constrains a weight: the map from the raw array that the optimiser moves to the effective array that the layer
 * multiplies by. Immutable; a new orthogonal scheme is a new parametrization, not a new layer.
 */
public interface Parametrization {
    /**
     * Creates the projection of one weight, with the working memory that it needs.
     *
     * @param shape of the effective weight
     */
    Projection bind(Shape shape, DataType type);

    /**
     * Shape of the array that the optimiser moves; that of the effective one unless told.
     *
     * @param effective shape of the effective weight
     */
    default Shape rawShape(Shape effective) {
        return effective;
    }

    /** No constraint: the effective weight is the raw one, the same array. */
    static Parametrization none() {
        return Unconstrained.INSTANCE;
    }
}
