package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Collects reduced gradients, batch by batch; only the maps themselves are held for all samples. */
final class GradientMaps {
    private final GradientStep first;
    private final ChannelReduction reduction;
    private @Nullable SampleMaps maps;

    private GradientMaps(GradientStep first, ChannelReduction reduction) {
        this.first = first;
        this.reduction = reduction;
    }

    /** Maps of all samples. */
    static INDArray of(
            ScoredFunction function,
            INDArray input,
            GradientStep first,
            ChannelReduction reduction,
            Progress progress) {
        GradientMaps collected = new GradientMaps(first, reduction);
        function.forEachBatch(input, batch -> {
            collected.add(batch);
            progress.advance(batch.first() + batch.size(), batch.samples());
        });
        return Objects.requireNonNull(collected.maps).array();
    }

    /**
     * One copy of a whole batch, in its own type where channels are not summed up: a call for each sample would cost as much as
     * the gradients of a small network, and going through float64 a tenth of that.
     */
    private void add(ScoredBatch batch) {
        INDArray gradient = batch.gradient();
        if (maps == null) {
            long[] shape = gradient.shape().clone();
            shape[0] = batch.samples();
            maps = new SampleMaps(gradient.dataType(), shape, reduction);
        }
        if (gradient.dataType() == DataType.FLOAT && maps.keepsPlaces()) {
            float[] values = Tensors.toFloats(gradient);
            first.apply(values, batch.input());
            maps.set(batch.first(), batch.size(), values);
        } else {
            double[] values = Tensors.toDoubles(gradient);
            first.apply(values, batch.input());
            maps.set(batch.first(), batch.size(), values);
        }
    }
}
