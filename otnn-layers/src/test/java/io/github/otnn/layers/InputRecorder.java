package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An identity in front of a layer that remembers the gradient which arrives at it in training. */
final class InputRecorder implements Layer {
    private @Nullable INDArray cotangent;

    INDArray cotangent() {
        return Objects.requireNonNull(cotangent);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public INDArray forward(INDArray input, LayerPass pass) {
        return input;
    }

    @Override
    public INDArray backward(INDArray input, INDArray output, INDArray arriving, LayerPass pass) {
        cotangent = arriving.dup('c');
        return arriving;
    }

    @Override
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        return LipschitzBound.of(1, "identity");
    }

    @Override
    public String describe(Shape input) {
        return "recorder";
    }
}
