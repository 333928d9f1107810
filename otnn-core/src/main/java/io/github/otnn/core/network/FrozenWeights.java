package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Effective weights of one layer that never change, with the bounds already found for it and the layers within it: those of
 * wide convolutions take seconds, and audits, rounding and summaries all ask for them.
 */
final class FrozenWeights implements Function<String, INDArray> {
    private final Function<String, INDArray> all;
    private final String prefix;
    private final Map<String, LipschitzBound> bounds;

    private FrozenWeights(Function<String, INDArray> all, String prefix, Map<String, LipschitzBound> bounds) {
        this.all = all;
        this.prefix = prefix;
        this.bounds = bounds;
    }

    /** Weights of a network by {@code layer/parameter}. */
    static FrozenWeights of(Function<String, INDArray> all) {
        return new FrozenWeights(all, "", new ConcurrentHashMap<>());
    }

    /** Those whose names begin so. */
    FrozenWeights within(String inner) {
        return new FrozenWeights(all, prefix + inner, bounds);
    }

    /** The same bounds for another copy of the same values. */
    FrozenWeights copiedTo(Function<String, INDArray> copy) {
        return new FrozenWeights(copy, prefix, bounds);
    }

    @Override
    public INDArray apply(String name) {
        return all.apply(prefix + name);
    }

    /** Bound of the layer that these weights belong to. */
    LipschitzBound bound(Layer layer, Shape input) {
        LipschitzBound known = bounds.get(prefix);
        if (known == null) {
            known = layer.bound(input, this);
            bounds.put(prefix, known);
        }
        return known;
    }
}
