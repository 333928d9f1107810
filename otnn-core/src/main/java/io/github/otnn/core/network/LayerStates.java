package io.github.otnn.core.network;

import io.github.otnn.core.tensor.Tensors;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The running arrays of one layer of a network in training. */
final class LayerStates {
    private final String layer;
    private final List<StateSpec> specs;
    private final Map<String, INDArray> arrays = new LinkedHashMap<>();

    LayerStates(Architecture.Stage stage, DataType type) {
        layer = stage.name();
        specs = stage.layer().state(stage.input());
        for (StateSpec spec : specs) {
            INDArray array = Tensors.zeros(type, spec.shape().sizes());
            arrays.put(spec.name(), array.assign(spec.initial()));
        }
    }

    @Nullable
    INDArray find(String name) {
        return arrays.get(name);
    }

    /** Puts copies under the names that a condensed network uses. */
    void copyTo(Map<String, INDArray> weights) {
        arrays.forEach((name, array) -> {
            Tensors.requireFinite("running array '" + layer + "/" + name + "'", array);
            weights.put(layer + "/" + name, array.dup('c'));
        });
    }

    /** Puts copies of the arrays under the names of a stored network. */
    void store(Map<String, INDArray> stored) {
        arrays.forEach((name, array) -> stored.put("state/" + layer + "/" + name, array.dup('c')));
    }

    /** Takes the arrays over from a stored network. */
    void restore(StoredArrays stored) {
        arrays.forEach((name, array) -> stored.takeInto("state/" + layer + "/" + name, array));
    }

    /** Moves the arrays towards the mean of what the replicas saw, in their order. */
    void follow(List<Observations> seen) {
        for (StateSpec spec : specs) {
            double[] sum = new double[Math.toIntExact(spec.shape().length())];
            long samples = 0;
            for (Observations observations : seen) {
                samples += observations.addTo(spec.name(), sum);
            }
            if (samples > 0) {
                INDArray array = arrays.get(spec.name());
                double[] values = Tensors.toDoubles(array);
                for (int i = 0; i < sum.length; i++) {
                    values[i] = (1 - spec.momentum()) * values[i] + spec.momentum() * sum[i] / samples;
                }
                Tensors.write(values, array);
            }
        }
    }

    /** What one replica saw of one layer since the last clear. */
    static final class Observations {
        private final Map<String, double[]> sums = new HashMap<>();
        private final Map<String, Long> samples = new HashMap<>();

        void clear() {
            sums.clear();
            samples.clear();
        }

        void add(String name, INDArray value, long sampleCount) {
            double[] values = Tensors.toDoubles(value);
            double[] sum = sums.computeIfAbsent(name, key -> new double[values.length]);
            for (int i = 0; i < values.length; i++) {
                sum[i] += sampleCount * values[i];
            }
            samples.merge(name, sampleCount, Long::sum);
        }

        private long addTo(String name, double[] total) {
            double[] sum = sums.get(name);
            if (sum == null) {
                return 0;
            }
            for (int i = 0; i < sum.length; i++) {
                total[i] += sum[i];
            }
            return samples.get(name);
        }
    }
}
