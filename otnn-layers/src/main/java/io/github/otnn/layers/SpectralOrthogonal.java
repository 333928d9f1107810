package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.BjorckSettings;
import io.github.otnn.core.linalg.GramBjorck;
import io.github.otnn.core.linalg.OrthogonalMatrices;
import io.github.otnn.core.linalg.StiefelTangent;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.RememberedView;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The nearest semi-orthogonal matrix by Björck's iteration: no singular value of the effective weight is above 1.
 *
 * <pre>W^ = bjorck(W),   W seen as [all axes but the last, last axis]</pre>
 *
 * @param rawWeights what becomes of the raw weight after a projection
 * @param steps polynomials of the iteration, with the same result within its tolerance. Cubic unless told; quintic ones take
 *     0.6 of the time on square matrices far from orthogonal, more on wide ones, the same on nearly orthogonal ones
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record SpectralOrthogonal(RawWeights rawWeights, BjorckSettings.Steps steps) implements Parametrization {
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

    /** With the default steps. */
    public SpectralOrthogonal(RawWeights rawWeights) {
        this(rawWeights, BjorckSettings.Steps.CUBIC);
    }

    /** With raw weights that move onto the effective ones. */
    public static SpectralOrthogonal rebased() {
        return new SpectralOrthogonal(RawWeights.REBASED);
    }

    /** With raw weights that stay where the optimiser put them. */
    public static SpectralOrthogonal kept() {
        return new SpectralOrthogonal(RawWeights.KEPT);
    }

    /** The same with other steps. */
    public SpectralOrthogonal withSteps(BjorckSettings.Steps other) {
        return new SpectralOrthogonal(rawWeights, other);
    }

    /** Uniformly random semi-orthogonal start. */
    public static Initializer initializer() {
        return (shape, random) -> OrthogonalMatrices.random(
                Math.toIntExact(shape.length() / shape.channels()), Math.toIntExact(shape.channels()), random);
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        return bind(shape, type, BjorckSettings.untilConverged());
    }

    Projection bind(Shape shape, DataType type, BjorckSettings settings) {
        long columns = shape.channels();
        long rows = shape.length() / columns;
        GramBjorck bjorck = new GramBjorck(type, rows, columns, settings.withSteps(steps));
        return rawWeights == RawWeights.KEPT
                ? new ThroughIterations(bjorck)
                : new OnManifold(bjorck, new StiefelTangent(type, rows, columns));
    }

    private static final class ThroughIterations implements Projection {
        private final GramBjorck bjorck;
        private final Matrices matrices = new Matrices();

        ThroughIterations(GramBjorck bjorck) {
            this.bjorck = bjorck;
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            bjorck.project(matrices.raw.asMatrix(raw), matrices.effective.asMatrix(effective));
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            bjorck.pullback(
                    matrices.raw.asMatrix(raw),
                    matrices.effectiveGradient.asMatrix(effectiveGradient),
                    matrices.rawGradient.asMatrix(rawGradient));
        }
    }

    private static final class OnManifold implements Projection {
        private final GramBjorck bjorck;
        private final StiefelTangent tangent;
        private final Matrices matrices = new Matrices();

        OnManifold(GramBjorck bjorck, StiefelTangent tangent) {
            this.bjorck = bjorck;
            this.tangent = tangent;
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            bjorck.project(matrices.raw.asMatrix(raw), matrices.effective.asMatrix(effective));
            raw.assign(effective);
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            tangent.pullback(
                    matrices.raw.asMatrix(raw),
                    matrices.effectiveGradient.asMatrix(effectiveGradient),
                    matrices.rawGradient.asMatrix(rawGradient));
        }
    }

    /** Views of the arrays of a parameter, the same ones at every step. */
    private static final class Matrices {
        private final RememberedView raw = new RememberedView();
        private final RememberedView effective = new RememberedView();
        private final RememberedView effectiveGradient = new RememberedView();
        private final RememberedView rawGradient = new RememberedView();
    }
}
