package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Collects reduced gradients, batch by batch; only the maps themselves are held for all samples. */
final class GradientMaps {
    private final DoubleUnaryOperator first;
    private final ChannelReduction reduction;
    private @Nullable INDArray maps;

    private GradientMaps(DoubleUnaryOperator first, ChannelReduction reduction) {
        this.first = first;
        this.reduction = reduction;
    }

    /**
     * Maps of all samples.
     *
     * @param first applied to each value of the gradient before channels are reduced
     */
    static INDArray of(ScoredFunction function, INDArray input, DoubleUnaryOperator first, ChannelReduction reduction) {
        GradientMaps collected = new GradientMaps(first, reduction);
        function.forEachBatch(input, collected::add);
        return Objects.requireNonNull(collected.maps);
    }

    private void add(ScoredBatch batch) {
        INDArray gradient = batch.gradient();
        if (maps == null) {
            long[] shape = reduction.reducedShape(gradient.shape());
            shape[0] = batch.samples();
            maps = Tensors.uninitialized(gradient.dataType(), shape);
        }
        reduction.reduceInto(gradient, first, Tensors.rows(maps, batch.first(), batch.first() + batch.size()));
    }
}
