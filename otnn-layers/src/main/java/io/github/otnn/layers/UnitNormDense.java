package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output layer with disjoint heads: each output is 1-Lipschitz by itself.
 *
 * <pre>y_j = x . w_j / |w_j| + b_j</pre>
 *
 * <ul>
 *   <li>x {@code [batch, in]}, y {@code [batch, out]}, weight {@code [in, out]}, bias {@code [out]}
 *   <li>each output has Lipschitz constant 1, the vector at most sqrt(out): the certificate is gap / 2, or the pairwise
 *       radius from the distances of the columns.
 * </ul>
 *
 * For one-vs-all and softmax-weighted logits, as the last layer only; {@link FrobeniusDense} normalises all outputs together. Immutable and thread-safe.
 *
 * @param outputs number of outputs
 * @see <a href="https://arxiv.org/abs/2006.06520">Serrurier et al. 2021</a>
 */
public record UnitNormDense(int outputs) implements DenseLayer {
    /** Checks the size. */
    public UnitNormDense {
        new DenseMap(outputs);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return new DenseMap(outputs).parameters(input, new UnitColumns());
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        INDArray weight = weights.apply(DenseMap.WEIGHT);
        double largest = new DenseMap(outputs).largestColumnNorm(weight);
        double vector = SpectralBound.ofMatrix(weight);
        return new LipschitzBound(
                Math.max(vector, largest),
                largest,
                "largest column norm for each output, largest singular value for all, in float64");
    }
}
