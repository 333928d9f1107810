package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.ParameterSpec;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dense layer whose weight is divided by its Frobenius norm, as a whole.
 *
 * <pre>y = x W^ + b,   W^ = lipschitz * W / |W|_F</pre>
 *
 * <ul>
 *   <li>x {@code [batch, in]}, y {@code [batch, out]}, weight {@code [in, out]}, bias {@code [out]}
 *   <li>no singular value of W^ is above {@code lipschitz}, 1 unless told; with one output it is just that, with more the
 *       layer is the tighter the fewer outputs count
 * </ul>
 *
 * For a single score, and as a cheap joint head. Heads that are normalised one by one are {@link UnitNormDense}. Immutable
 * and thread-safe.
 *
 * @param outputs number of outputs
 * @param lipschitz constant of the layer, above 0
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record FrobeniusDense(int outputs, double lipschitz) implements DenseLayer, LipschitzTarget {
    /** Checks the numbers. */
    public FrobeniusDense {
        new DenseMap(outputs);
        LipschitzTarget.require("FrobeniusDense", lipschitz);
    }

    /** With constant 1. */
    public FrobeniusDense(int outputs) {
        this(outputs, 1);
    }

    @Override
    public FrobeniusDense withLipschitz(double constant) {
        return new FrobeniusDense(outputs, constant);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return new DenseMap(outputs).parameters(input, Scaled.by(lipschitz, new FrobeniusNormalized()));
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(
                SpectralBound.ofMatrix(weights.apply(DenseMap.WEIGHT)),
                "largest singular value, Gram squaring in float64");
    }
}
