package io.github.otnn.core.network;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.DenseCopy;
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

/** Sends batches forward through a sequence of layers and cotangents back, in one reused memory. One thread at a time. */
final class Forwarding {
    private final List<Layer> layers;
    private final List<LayerPass> passes;
    private final LayerPass.PassMemory memory;
    private final @Nullable INDArray[] activations;

    private Forwarding(List<Layer> layers, List<LayerPass> passes, LayerPass.PassMemory memory) {
        this.layers = layers;
        this.passes = passes;
        this.memory = memory;
        this.activations = new INDArray[layers.size() + 1];
    }

    /**
     * Prepares the passes of a network.
     *
     * @param weights layer index to the layer's effective weights by name
     * @param training layer index to where its findings go; null gives none
     */
    static Forwarding of(
            Architecture architecture,
            DataType type,
            IntFunction<Function<String, INDArray>> weights,
            IntFunction<LayerPass.@Nullable Training> training) {
        LayerPass.PassMemory memory = new LayerPass.PassMemory(type);
        List<LayerPass> passes = new ArrayList<>();
        for (int i = 0; i < architecture.stages().size(); i++) {
            String place = architecture.stages().get(i).name();
            passes.add(new LayerPass(place, i == 0, memory, weights.apply(i), training.apply(i)));
        }
        List<Layer> layers =
                architecture.stages().stream().map(Architecture.Stage::layer).toList();
        return new Forwarding(layers, passes, memory);
    }

    /** Prepares the passes of a chain within a layer. */
    static Forwarding within(LayerPass outer, String name, List<Layer> layers) {
        List<LayerPass> passes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            passes.add(outer.inner(Chain.prefix(name, i)));
        }
        return new Forwarding(layers, passes, outer.memory().inner());
    }

    /** Output of the last layer, in this object's memory; starts a new pass. */
    INDArray forward(INDArray input, boolean keepForBackward) {
        memory.start(keepForBackward);
        return run(input);
    }

    /** Output of the last layer, as part of a pass that has started. */
    INDArray run(INDArray input) {
        INDArray current = input;
        activations[0] = input;
        for (int i = 0; i < passes.size(); i++) {
            current = layers.get(i).forward(current, passes.get(i));
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
            INDArray input = Objects.requireNonNull(activations[i]);
            INDArray result = Objects.requireNonNull(activations[i + 1]);
            current = layers.get(i).backward(input, result, Objects.requireNonNull(current), passes.get(i));
            if (current == null && i > 0) {
                throw new IllegalStateException(
                        "layer " + i + " (" + layers.get(i) + ") returned no input gradient, but is not the first");
            }
        }
        return current;
    }

    /** Lets go of the caller's arrays. */
    void forget() {
        Arrays.fill(activations, null);
    }

    /** Memory for a copy of a dense input that outlives the caller's array. */
    INDArray inputCopy(INDArray input) {
        INDArray copy = memory.working().array("input", input.shape());
        DenseCopy.copy(input, copy);
        return copy;
    }
}
