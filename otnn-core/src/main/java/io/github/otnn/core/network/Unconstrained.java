package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The identity; {@link Parameter} uses one array for both weights and never calls the projection. */
enum Unconstrained implements Parametrization, Projection {
    INSTANCE;

    @Override
    public Projection bind(Shape shape, DataType type) {
        return this;
    }

    @Override
    public void project(INDArray raw, INDArray effective) {}

    @Override
    public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {}
}
