package io.github.otnn.core.network;

import io.github.otnn.core.tensor.RepeatedCall;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer sees during one pass: its effective weights, working memory, and where gradients go. Belongs to the thread
 * of the pass. All arrays are dense and of the network's type.
 */
public final class LayerPass {
    private final String place;
    private final boolean first;
    private final PassMemory memory;
    private final Function<String, INDArray> weights;
    private final @Nullable Training training;
    private final Map<String, Forwarding> chains = new HashMap<>();

    /**
     * Prepares a pass.
     *
     * @param place unique within the network
     * @param first whether nobody needs the input's gradient while training
     */
    LayerPass(
            String place,
            boolean first,
            PassMemory memory,
            Function<String, INDArray> weights,
            @Nullable Training training) {
        this.place = place;
        this.first = first;
        this.memory = memory;
        this.weights = weights;
        this.training = training;
    }

    /** Where a network in training collects what its layers find. */
    interface Training {
        INDArray gradient(String name);

        boolean accumulates();

        void observe(String name, INDArray value);
    }

    /** Effective weight, or running array, by its name within the layer. Not to be modified. */
    public INDArray weight(String name) {
        return weights.apply(name);
    }

    /** Memory for the result of forward; it stays as it is until the backward pass, if one follows. */
    public INDArray output(long... shape) {
        return memory.output(place, shape);
    }

    /** Memory for something else that backward needs. */
    public INDArray kept(String name, long... shape) {
        return memory.working().array(new Kept(place, name), shape);
    }

    /** Memory for use within one call; other layers use it too. */
    public INDArray scratch(String name, long... shape) {
        return memory.working().array(new Scratch(name), shape);
    }

    /** Memory for the result of backward, once per call. */
    public INDArray cotangent(long... shape) {
        return memory.cotangent(shape);
    }

    /** The native operation of this name within the layer, prepared when it has run before. */
    public RepeatedCall call(String name) {
        return memory.working().call(new Kept(place, name));
    }

    /** View of a dense array in another shape, remembered by this name within the layer. */
    public INDArray view(String name, INDArray dense, long... shape) {
        return memory.working().view(new Kept(place, name), dense, shape);
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

    /** Whether the network trains: statistics are then those of the batch, and go to {@link #observe}. */
    public boolean isTraining() {
        return training != null;
    }

    /** Whether backward has to fill the gradients of the weights. */
    public boolean wantsGradients() {
        return training != null;
    }

    /** Whether backward has to return an input gradient: not for the first layer while training. */
    public boolean wantsInputGradient() {
        return training == null || !first;
    }

    /** Where the gradient of an effective weight goes. */
    public INDArray gradient(String name) {
        return requireTraining().gradient(name);
    }

    /** Whether gradients add to what {@link #gradient} holds; else they replace it. */
    public boolean accumulates() {
        return requireTraining().accumulates();
    }

    /** Reports the value of a running array for the samples of this pass; read at once. */
    public void observe(String name, INDArray value) {
        requireTraining().observe(name, value);
    }

    /** The layers of a chain within this layer, with weights and memory of their own. */
    Forwarding inside(String name, List<Layer> layers) {
        return chains.computeIfAbsent(name, key -> Forwarding.within(this, name, layers));
    }

    /** The pass of one layer of a chain. */
    LayerPass inner(String prefix) {
        Training outer = training;
        return new LayerPass(
                place + "/" + prefix,
                false,
                memory.inner(),
                name -> weights.apply(prefix + name),
                outer == null ? null : new PrefixedTraining(outer, prefix));
    }

    PassMemory memory() {
        return memory;
    }

    private Training requireTraining() {
        if (training == null) {
            throw new IllegalStateException("this pass computes no weight gradients");
        }
        return training;
    }

    private record PrefixedTraining(Training outer, String prefix) implements Training {
        @Override
        public INDArray gradient(String name) {
            return outer.gradient(prefix + name);
        }

        @Override
        public boolean accumulates() {
            return outer.accumulates();
        }

        @Override
        public void observe(String name, INDArray value) {
            outer.observe(prefix + name, value);
        }
    }

    private record Scratch(String name) {}

    private record Kept(String place, String name) {}

    /** Memory of all layers of one pass; what is not kept is shared by all layers of one depth. */
    static final class PassMemory {
        private final WorkingMemory working;
        private final PassMemory root;
        private final int depth;
        private @Nullable PassMemory inner;
        private boolean keeps;
        private int outputs;
        private int cotangents;

        PassMemory(DataType type) {
            working = new WorkingMemory(type);
            root = this;
            depth = 0;
        }

        private PassMemory(PassMemory outer) {
            working = outer.working;
            root = outer.root;
            depth = outer.depth + 1;
        }

        /** Starts a new pass; without a backward pass two arrays in turn serve all outputs. */
        void start(boolean keepForBackward) {
            keeps = keepForBackward;
            beginAnew();
        }

        /** The same arrays at the same places in every pass, so that what is prepared for them stays valid. */
        private void beginAnew() {
            outputs = 0;
            cotangents = 0;
            if (inner != null) {
                inner.beginAnew();
            }
        }

        boolean keeps() {
            return root.keeps;
        }

        WorkingMemory working() {
            return working;
        }

        PassMemory inner() {
            if (inner == null) {
                inner = new PassMemory(this);
            }
            return inner;
        }

        INDArray output(String place, long... shape) {
            Object slot = keeps() ? new Kept(place, "output") : new Turn("output", depth, outputs++ % 2);
            return working.array(slot, shape);
        }

        INDArray cotangent(long... shape) {
            return working.array(new Turn("cotangent", depth, cotangents++ % 2), shape);
        }

        private record Turn(String use, int depth, int parity) {}
    }
}
