package io.github.otnn.core.network;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sends batches forward through the layers and cotangents back, in one reused memory. One thread at a time. */
final class Forwarding {
    private final Architecture architecture;
    private final LayerPass.PassMemory memory;
    private final List<LayerPass> passes = new ArrayList<>();
    private final @Nullable INDArray[] activations;

    /**
     * Prepares the passes.
     *
     * @param weights layer index to the layer's effective weights by name
     * @param gradients layer index to its gradients; null gives none
     */
    Forwarding(
            Architecture architecture,
            DataType type,
            IntFunction<Function<String, INDArray>> weights,
            IntFunction<LayerPass.@Nullable Gradients> gradients) {
        this.architecture = architecture;
        this.memory = new LayerPass.PassMemory(type);
        int count = architecture.stages().size();
        for (int i = 0; i < count; i++) {
            passes.add(new LayerPass(i, memory, weights.apply(i), gradients.apply(i)));
        }
        this.activations = new INDArray[count + 1];
    }

    /** Output of the last layer, in this object's memory. */
    INDArray forward(INDArray input, boolean keepForBackward) {
        memory.start(keepForBackward);
        INDArray current = input;
        activations[0] = input;
        for (int i = 0; i < passes.size(); i++) {
            current = architecture.stages().get(i).layer().forward(current, passes.get(i));
            activations[i + 1] = current;
        }
        return current;
    }

    /** Gradient with respect to the input, in this object's memory; null where the first layer was told not to. */
    @Nullable
    INDArray backward(INDArray cotangent) {
        INDArray output = Objects.requireNonNull(activations[activations.length - 1], "forward comes first");
        if (!Arrays.equals(cotangent.shape(), output.shape())) {
            throw new ShapeMismatchException(
                    "cotangent", Arrays.toString(output.shape()), Arrays.toString(cotangent.shape()));
        }
        @Nullable INDArray current = Tensors.dense(cotangent, memory.working().type());
        for (int i = passes.size() - 1; i >= 0; i--) {
            INDArray back = architecture
                    .stages()
                    .get(i)
                    .layer()
                    .backward(
                            Objects.requireNonNull(activations[i]),
                            Objects.requireNonNull(activations[i + 1]),
                            Objects.requireNonNull(current),
                            passes.get(i));
            if (back == null && i > 0) {
                throw new IllegalStateException(
                        "layer " + architecture.stages().get(i).describe()
                                + " returned no input gradient, but is not the first");
            }
            current = back;
        }
        return current;
    }

    /** Lets go of the caller's arrays. */
    void forget() {
        Arrays.fill(activations, null);
    }

    /** Memory for a copy of the input that outlives the caller's array. */
    INDArray inputCopy(INDArray input) {
        INDArray copy = memory.working().array("input", input.shape());
        copy.assign(input);
        return copy;
    }
}
