package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An ordinary dense layer: nothing holds its constant down.
 *
 * <pre>y = x W + b</pre>
 *
 * x {@code [batch, in]}, y {@code [batch, out]}, weight {@code [in, out]}, normal with variance 2 / in at first, bias {@code
 * [out]}. The bound is that of the weights it has, proven, and usually above 1. The unconstrained twin of {@link SpectralDense},
 * for comparisons. Immutable and thread-safe.
 *
 * @param outputs number of outputs
 */
public record Dense(int outputs) implements DenseLayer {
    /** Checks the size. */
    public Dense {
        new DenseMap(outputs);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return List.of(
                new ParameterSpec(
                        DenseMap.WEIGHT, Shape.of(input.size(0), outputs), FanIn.initializer(), Parametrization.none()),
                ParameterSpec.bias(outputs));
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        INDArray weight = weights.apply(DenseMap.WEIGHT);
        double vector = SpectralBound.ofMatrix(weight);
        return new LipschitzBound(
                vector,
                Math.min(vector, new DenseMap(outputs).largestColumnNorm(weight)),
                "largest singular value, Gram squaring in float64");
    }
}
