package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dense layer whose effective weight has orthonormal rows or columns, whichever are fewer.
 *
 * <pre>y = x W^ + b,   W^ = bjorck(W), renewed once per optimiser step</pre>
 *
 * <ul>
 *   <li>x {@code [batch, in]}, y {@code [batch, out]}, weight {@code [in, out]}, bias {@code [out]}
 *   <li>1-Lipschitz: no singular value of W^ is above 1. Where {@code out <= in} the backward pass keeps the norm of
 *       every cotangent.
 * </ul>
 *
 * For hidden layers, for a single score, and as a joint head (certificate gap / sqrt 2). One-vs-all logits want {@link
 * UnitNormDense}. Immutable and thread-safe.
 *
 * @param outputs number of outputs
 * @param rawWeights what becomes of the raw weight after a projection
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public record SpectralDense(int outputs, SpectralOrthogonal.RawWeights rawWeights) implements Layer {
    /** Checks the size. */
    public SpectralDense {
        new DenseMap(outputs);
    }

    /** With the default treatment of raw weights, {@link SpectralOrthogonal.RawWeights#REBASED}. */
    public SpectralDense(int outputs) {
        this(outputs, SpectralOrthogonal.RawWeights.REBASED);
    }

    @Override
    public Shape outputShape(Shape input) {
        return map().outputShape(input);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return map().parameters(input, new SpectralOrthogonal(1, rawWeights));
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        return map().forward(input, pass);
    }

    @Override
    public @Nullable INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
        return map().backward(input, cotangent, pass);
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(
                SpectralBound.ofMatrix(weights.apply(DenseMap.WEIGHT)),
                "largest singular value, Gram squaring in float64");
    }

    @Override
    public double[][] differenceBounds(Shape input, Function<String, INDArray> weights) {
        return map().columnDistances(weights.apply(DenseMap.WEIGHT));
    }

    @Override
    public String describe(Shape input) {
        return "SpectralDense " + input.channels() + " -> " + outputs;
    }

    private DenseMap map() {
        return new DenseMap(outputs);
    }
}
