package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A constraint times a constant factor: {@code W^ = factor * inner(W)}.
 *
 * @param inner the constraint
 * @param factor finite and above 0
 */
public record Scaled(Parametrization inner, double factor) implements Parametrization {
    /** Checks the factor. */
    public Scaled {
        LipschitzTarget.require("Scaled", factor);
    }

    /** The constraint itself where the factor is 1. */
    static Parametrization by(double factor, Parametrization inner) {
        return factor == 1 ? inner : new Scaled(inner, factor);
    }

    @Override
    public Shape rawShape(Shape effective) {
        return inner.rawShape(effective);
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        Projection bound = inner.bind(shape, type);
        INDArray scaledGradient = Tensors.zeros(type, shape.sizes());
        return new Projection() {
            @Override
            public void project(INDArray raw, INDArray effective) {
                bound.project(raw, effective);
                effective.muli(factor);
            }

            @Override
            public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
                bound.pullback(raw, effectiveGradient.mul(factor, scaledGradient), rawGradient);
            }

            @Override
            public void finish(INDArray effective) {
                effective.divi(factor);
                bound.finish(effective);
                effective.muli(factor);
            }

            @Override
            public List<INDArray> state() {
                return bound.state();
            }
        };
    }
}
