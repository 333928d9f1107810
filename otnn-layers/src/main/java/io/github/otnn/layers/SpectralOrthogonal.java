package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.BjorckSettings;
import io.github.otnn.core.linalg.GramBjorck;
import io.github.otnn.core.linalg.OrthogonalMatrices;
import io.github.otnn.core.linalg.StiefelTangent;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The nearest semi-orthogonal matrix, times a coefficient: no singular value of the effective weight is above it.
 *
 * <pre>W^ = coefficient * bjorck(W),   W seen as [all axes but the last, last axis]</pre>
 *
 * @param coefficient largest singular value of the effective matrix
 * @param rawWeights what becomes of the raw weight after a projection
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record SpectralOrthogonal(double coefficient, RawWeights rawWeights) implements Parametrization {
    /** What becomes of the raw weight after a projection. */
    public enum RawWeights {
        /** Stays where the optimiser put it; the gradient goes back through every iteration. */
        KEPT,
        /**
         * Moves onto the effective weight: same function, and the next projection starts nearly orthogonal, so one or two
         * iterations do. The gradient is that of the polar factor there.
         */
        REBASED
    }

    /** Checks the coefficient. */
    public SpectralOrthogonal {
        if (!(coefficient > 0) || Double.isInfinite(coefficient)) {
            throw new IllegalArgumentException(
                    "SpectralOrthogonal: expected a finite coefficient > 0, got " + coefficient);
        }
    }

    /** Uniformly random semi-orthogonal start. */
    public static Initializer initializer() {
        return (shape, random) -> OrthogonalMatrices.random(
                Math.toIntExact(shape.length() / shape.channels()), Math.toIntExact(shape.channels()), random);
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        long columns = shape.channels();
        long rows = shape.length() / columns;
        return rawWeights == RawWeights.KEPT
                ? new ThroughIterations(rows, columns, type)
                : new OnManifold(rows, columns, type);
    }

    private final class ThroughIterations implements Projection {
        private final GramBjorck bjorck;
        private final INDArray scaled;

        ThroughIterations(long rows, long columns, DataType type) {
            this.bjorck = new GramBjorck(type, rows, columns, BjorckSettings.untilConverged());
            this.scaled = Tensors.zeros(type, rows, columns);
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            INDArray matrix = Tensors.matrix(effective);
            bjorck.project(Tensors.matrix(raw), matrix);
            scaleInPlace(matrix);
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            bjorck.pullback(Tensors.matrix(raw), scaled(effectiveGradient, scaled), Tensors.matrix(rawGradient));
        }
    }

    private final class OnManifold implements Projection {
        private final GramBjorck bjorck;
        private final StiefelTangent tangent;
        private final INDArray scaled;

        OnManifold(long rows, long columns, DataType type) {
            this.bjorck = new GramBjorck(type, rows, columns, BjorckSettings.untilConverged());
            this.tangent = new StiefelTangent(type, rows, columns);
            this.scaled = Tensors.zeros(type, rows, columns);
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            INDArray matrix = Tensors.matrix(effective);
            bjorck.project(Tensors.matrix(raw), matrix);
            raw.assign(effective);
            scaleInPlace(matrix);
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            tangent.pullback(Tensors.matrix(raw), scaled(effectiveGradient, scaled), Tensors.matrix(rawGradient));
        }
    }

    private void scaleInPlace(INDArray effective) {
        if (coefficient != 1) {
            effective.muli(coefficient);
        }
    }

    private INDArray scaled(INDArray gradient, INDArray memory) {
        INDArray matrix = Tensors.matrix(gradient);
        return coefficient == 1 ? matrix : matrix.mul(coefficient, memory);
    }
}
