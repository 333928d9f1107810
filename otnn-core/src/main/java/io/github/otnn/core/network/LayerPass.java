package io.github.otnn.core.network;

import io.github.otnn.core.tensor.WorkingMemory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer sees during one pass: its effective weights, working memory, and where gradients go. Belongs to the thread
 * of the pass. All arrays are dense and of the network's type.
 */
public final class LayerPass {
    private final int layer;
    private final PassMemory memory;
    private final Function<String, INDArray> weights;
    private final @Nullable Gradients gradients;

    LayerPass(int layer, PassMemory memory, Function<String, INDArray> weights, @Nullable Gradients gradients) {
        this.layer = layer;
        this.memory = memory;
        this.weights = weights;
        this.gradients = gradients;
    }

    /** Where a network in training collects the gradients of effective weights. */
    interface Gradients {
        INDArray of(String name);

        boolean accumulates();
    }

    /** Effective weight by its name within the layer. Not to be modified. */
    public INDArray weight(String name) {
        return weights.apply(name);
    }

    /** Memory for the result of forward; it stays as it is until the backward pass, if one follows. */
    public INDArray output(long... shape) {
        return memory.output(layer, shape);
    }

    /** Memory for something else that backward needs. */
    public INDArray kept(String name, long... shape) {
        return memory.working().array(new Kept(layer, name), shape);
    }

    /** Memory for use within one call; other layers use it too. */
    public INDArray scratch(String name, long... shape) {
        return memory.working().array(new Scratch(name), shape);
    }

    /** Memory for the result of backward. */
    public INDArray cotangent(long... shape) {
        return memory.cotangent(shape);
    }

    /** Row {@code [1, length]} of ones. */
    public INDArray ones(long length) {
        return memory.working().ones(length);
    }

    /** Type of all arrays. */
    public DataType type() {
        return memory.working().type();
    }

    /** Whether a backward pass may follow this forward pass. */
    public boolean keepsForBackward() {
        return memory.keeps();
    }

    /** Whether backward has to fill the gradients of the weights. */
    public boolean wantsGradients() {
        return gradients != null;
    }

    /** Whether backward has to return an input gradient: not for the first layer while training. */
    public boolean wantsInputGradient() {
        return gradients == null || layer > 0;
    }

    /** Where the gradient of an effective weight goes. */
    public INDArray gradient(String name) {
        return requireGradients().of(name);
    }

    /** Whether gradients add to what {@link #gradient} holds; else they replace it. */
    public boolean accumulates() {
        return requireGradients().accumulates();
    }

    private Gradients requireGradients() {
        if (gradients == null) {
            throw new IllegalStateException("this pass computes no weight gradients");
        }
        return gradients;
    }

    private record Scratch(String name) {}

    private record Kept(int layer, String name) {}

    /** Memory of all layers of one pass. */
    static final class PassMemory {
        private final WorkingMemory working;
        private boolean keeps;
        private int outputs;
        private int cotangents;

        PassMemory(DataType type) {
            this.working = new WorkingMemory(type);
        }

        /** Starts a new pass; without a backward pass two arrays in turn serve all outputs. */
        void start(boolean keepForBackward) {
            keeps = keepForBackward;
            outputs = 0;
        }

        boolean keeps() {
            return keeps;
        }

        WorkingMemory working() {
            return working;
        }

        INDArray output(int layer, long... shape) {
            return working.array(keeps ? new Kept(layer, "output") : new Turn("output", outputs++ % 2), shape);
        }

        INDArray cotangent(long... shape) {
            return working.array(new Turn("cotangent", cotangents++ % 2), shape);
        }

        private record Turn(String use, int parity) {}
    }
}
