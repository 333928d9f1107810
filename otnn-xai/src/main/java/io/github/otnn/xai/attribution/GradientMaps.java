package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Collects reduced gradients, batch by batch; only the maps themselves are held for all samples. */
final class GradientMaps {
    private final DoubleBinaryOperator first;
    private final ChannelReduction reduction;
    private @Nullable SampleMaps maps;

    private GradientMaps(DoubleBinaryOperator first, ChannelReduction reduction) {
        this.first = first;
        this.reduction = reduction;
    }

    /**
     * Maps of all samples.
     *
     * @param first of a value of the gradient and the input value there, before channels are reduced
     */
    static INDArray of(
            ScoredFunction function,
            INDArray input,
            DoubleBinaryOperator first,
            ChannelReduction reduction,
            Progress progress) {
        GradientMaps collected = new GradientMaps(first, reduction);
        function.forEachBatch(input, batch -> {
            collected.add(batch);
            progress.advance(batch.first() + batch.size(), batch.samples());
        });
        return Objects.requireNonNull(collected.maps).array();
    }

    private void add(ScoredBatch batch) {
        INDArray gradient = batch.gradient();
        if (maps == null) {
            long[] shape = gradient.shape().clone();
            shape[0] = batch.samples();
            maps = new SampleMaps(gradient.dataType(), shape, reduction);
        }
        for (int i = 0; i < batch.size(); i++) {
            double[] values = Tensors.toDoubles(Tensors.rows(gradient, i, i + 1));
            double[] x = Tensors.toDoubles(Tensors.rows(batch.input(), i, i + 1));
            for (int p = 0; p < values.length; p++) {
                values[p] = first.applyAsDouble(values[p], x[p]);
            }
            maps.set(batch.first() + i, values);
        }
    }
}
