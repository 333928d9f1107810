package io.github.otnn.core.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the future of a network in training depends on, for storing it and going on later.
 *
 * <p>Raw weights are those that the last projection began with, not what it made of them: repeating it gives the effective
 * weights, the re-based raw ones and all that the next pullback uses, to the bit.
 *
 * @param architecture the layers
 * @param type of weights and activations
 * @param arrays {@code raw/layer/parameter}, {@code projection/layer/parameter/number} and {@code state/layer/name}, in order
 *     of the layers; not to be modified
 */
public record NetworkState(Architecture architecture, DataType type, Map<String, INDArray> arrays) {
    /** Copies the map. */
    public NetworkState {
        arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }
}
