package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dense layer whose effective weight has orthonormal rows or columns, whichever are fewer, times a constant.
 *
 * <pre>y = x W^ + b,   W^ = lipschitz * constraint(W), renewed once per optimiser step</pre>
 *
 * <ul>
 *   <li>x {@code [batch, in]}, y {@code [batch, out]}, weight {@code [in, out]}, bias {@code [out]}
 *   <li>no singular value of W^ is above {@code lipschitz}, 1 unless told. Where {@code out <= in} the backward pass
 *       multiplies the norm of every cotangent by just that.
 * </ul>
 *
 * For hidden layers, for a single score, and as a joint head (certificate gap / sqrt 2). One-vs-all logits want {@link
 * UnitNormDense}. Immutable and thread-safe.
 *
 * @param outputs number of outputs
 * @param constraint raw to effective matrix, of norm at most 1
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record SpectralDense(int outputs, Parametrization constraint, double lipschitz)
        implements DenseLayer, LipschitzTarget {
    /** Checks the numbers. */
    public SpectralDense {
        new DenseMap(outputs);
        LipschitzTarget.require("SpectralDense", lipschitz);
    }

    /** With constant 1. */
    public SpectralDense(int outputs, Parametrization constraint) {
        this(outputs, constraint, 1);
    }

    /** With the default constraint, {@link SpectralOrthogonal#rebased()}, and constant 1. */
    public SpectralDense(int outputs) {
        this(outputs, SpectralOrthogonal.rebased());
    }

    @Override
    public SpectralDense withLipschitz(double constant) {
        return new SpectralDense(outputs, constraint, constant);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return new DenseMap(outputs).parameters(input, Scaled.by(lipschitz, constraint));
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(
                SpectralBound.ofMatrix(weights.apply(DenseMap.WEIGHT)),
                "largest singular value, Gram squaring in float64");
    }
}
