package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SchattenNorm;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Divides a matrix by an upper bound of its largest singular value; the other singular values keep their proportion.
 *
 * <pre>
 * W^ = W / b(W),   b = (sum over i of s_i^(4q))^(1/(4q)),  q = 2^squarings;   W seen as [all axes but the last, last axis]
 * dW = (G - sum(G W^) db/dW) / b
 * </pre>
 *
 * The divisor is no power iteration, whose estimate comes from below and lags behind a large step, but a smooth bound from
 * above: W^ never exceeds norm 1 by more than rounding, and never falls below {@code side^(-1/(4q))}, 0.9985 for a side of
 * 512. The gradient is exactly that of the divisor used. Condensing divides by the proven float64 bound where rounding
 * left more than 1. A matrix of zeros stays one, with gradient 0.
 *
 * <p>For layers that only need a bound: gradients may vanish where {@link SpectralOrthogonal} keeps their norm.
 *
 * @param squarings most squarings of the Gram matrix, in [0, 30]; fewer are cheaper and looser
 * @see <a href="https://arxiv.org/abs/1802.05957">Miyato et al. 2018</a>
 */
public record SpectralNormalized(int squarings) implements Parametrization {
    /** Checks the number. */
    public SpectralNormalized {
        if (squarings < 0 || squarings > 30) {
            throw new IllegalArgumentException("SpectralNormalized: squarings must be in [0, 30], got " + squarings);
        }
    }

    /** With ten squarings. */
    public SpectralNormalized() {
        this(10);
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        return new Division(shape, type, squarings);
    }

    private static final class Division implements Projection {
        private final SchattenNorm norm;
        private final INDArray along;
        private final INDArray direction;
        private double divisor;

        Division(Shape shape, DataType type, int squarings) {
            long columns = shape.channels();
            this.norm = new SchattenNorm(type, shape.length() / columns, columns, squarings);
            this.along = Tensors.zeros(type, 1, 1);
            this.direction = Tensors.zeros(type, shape.sizes());
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            divisor = norm.of(Tensors.matrix(raw));
            effective.assign(raw);
            if (divisor > 0) {
                effective.divi(divisor);
            }
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            if (divisor == 0) {
                rawGradient.assign(0);
                return;
            }
            Products.multiplyTransposedRight(row(effectiveGradient), row(raw), along);
            norm.gradient(Tensors.matrix(direction));
            rawGradient.assign(effectiveGradient);
            rawGradient.subi(direction.muli(along.getDouble(0) / divisor)).divi(divisor);
        }

        @Override
        public void finish(INDArray effective) {
            RigorousBound.enforce(effective);
        }

        private static INDArray row(INDArray array) {
            return array.reshape('c', 1, array.length());
        }
    }
}
