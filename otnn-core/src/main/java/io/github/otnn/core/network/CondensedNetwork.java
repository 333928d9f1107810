package io.github.otnn.core.network;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.graph.Graph;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.tensor.DenseCopy;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that only predicts: effective weights, immutable. Any number of threads may use it; each call borrows working
 * memory and gives it back. Results do not depend on the threads at all, and on the batch size only by rounding.
 */
public final class CondensedNetwork implements Differentiable {
    private final Architecture architecture;
    private final DataType type;
    private final Map<String, INDArray> weights;
    private final FrozenWeights frozen;
    private final ConcurrentLinkedQueue<Forwarding> idle = new ConcurrentLinkedQueue<>();

    private CondensedNetwork(Architecture architecture, DataType type, Map<String, INDArray> weights) {
        this.architecture = architecture;
        this.type = type;
        this.weights = weights;
        this.frozen = FrozenWeights.of(this::require);
    }

    private CondensedNetwork(CondensedNetwork copy, FrozenWeights proven) {
        this.architecture = copy.architecture;
        this.type = copy.type;
        this.weights = copy.weights;
        this.frozen = proven.copiedTo(this::require);
    }

    /** Takes over arrays that nobody else holds. */
    static CondensedNetwork adopting(Architecture architecture, DataType type, Map<String, INDArray> weights) {
        return new CondensedNetwork(architecture, type, Map.copyOf(weights));
    }

    /**
     * Creates a network from given effective weights.
     *
     * @param weights by {@code layer/parameter}, running statistics included. Copied.
     * @throws IllegalArgumentException if a weight is missing, unknown or not finite
     * @throws ShapeMismatchException if a weight has another shape than its layer asks for
     */
    public static CondensedNetwork of(Architecture architecture, DataType type, Map<String, INDArray> weights) {
        Map<String, INDArray> taken = new HashMap<>();
        shapes(architecture, (name, shape) -> take(name, shape, type, weights, taken));
        for (String name : weights.keySet()) {
            if (!taken.containsKey(name)) {
                throw new IllegalArgumentException(
                        "weight '" + name + "' belongs to no layer; expected " + taken.keySet());
            }
        }
        return adopting(architecture, type, taken);
    }

    private static void take(
            String name, Shape shape, DataType type, Map<String, INDArray> weights, Map<String, INDArray> taken) {
        INDArray given = weights.get(name);
        if (given == null) {
            throw new IllegalArgumentException("weight '" + name + "' is missing; given: " + weights.keySet());
        }
        if (!Arrays.equals(given.shape(), shape.sizes())) {
            throw new ShapeMismatchException("weight '" + name + "'", shape.toString(), Arrays.toString(given.shape()));
        }
        INDArray copy = given.castTo(type).dup('c');
        Tensors.requireFinite("weight '" + name + "'", copy);
        taken.put(name, copy);
    }

    /** The layers. */
    public Architecture architecture() {
        return architecture;
    }

    /** Type of weights and activations. */
    public DataType type() {
        return type;
    }

    /** Shape of one input sample. */
    public Shape inputShape() {
        return architecture.inputShape();
    }

    /** Names of all effective weights and running arrays, {@code layer/parameter}, in order of the layers. */
    public List<String> weightNames() {
        List<String> names = new ArrayList<>();
        shapes(architecture, (name, shape) -> names.add(name));
        return names;
    }

    /** Hands over the name and shape of every array that {@link #of} needs for these layers, in their order. */
    public static void shapes(Architecture architecture, BiConsumer<String, Shape> consumer) {
        for (Architecture.Stage stage : architecture.stages()) {
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                consumer.accept(stage.name() + "/" + spec.name(), spec.shape());
            }
            for (StateSpec spec : stage.layer().state(stage.input())) {
                consumer.accept(stage.name() + "/" + spec.name(), spec.shape());
            }
        }
    }

    /** Copy of an effective weight by {@code layer/parameter}. */
    public INDArray weight(String name) {
        return require(name).dup('c');
    }

    /**
     * The same weights in another type. A float32 network in DOUBLE is the same exact function; its computed logits are
     * nearly that function's, so certificates lose almost nothing to rounding. Predictions take several times as long.
     */
    public CondensedNetwork as(DataType other) {
        if (other != DataType.FLOAT && other != DataType.DOUBLE) {
            throw new IllegalArgumentException("network type: expected FLOAT or DOUBLE, got " + other);
        }
        CondensedNetwork copy = of(architecture, other, weights);
        // widening changes no value, so what is proven stays proven
        return type == DataType.FLOAT ? new CondensedNetwork(copy, frozen) : copy;
    }

    /** Proven Lipschitz bound of one layer, from its effective weights; remembered. */
    public LipschitzBound bound(Architecture.Stage stage) {
        return frozen.within(stage.name() + "/").bound(stage.layer(), stage.input());
    }

    /** Bound of the rounding error of one layer, for the arithmetic of this network's type. */
    public Rounding rounding(Architecture.Stage stage) {
        return stage.layer().rounding(stage.input(), frozen.within(stage.name() + "/"), unitRoundoff());
    }

    /** Largest relative error of one operation of this network's arithmetic. */
    public double unitRoundoff() {
        return type == DataType.DOUBLE ? 0x1p-53 : 0x1p-24;
    }

    /** Proven Lipschitz bounds of the differences of two logits, as functions of the last layer's input. */
    public double[][] differenceBounds() {
        Architecture.Stage last =
                architecture.stages().get(architecture.stages().size() - 1);
        return last.layer().differenceBounds(last.input(), frozen.within(last.name() + "/"));
    }

    @Override
    public Pass evaluate(INDArray input) {
        INDArray checked = check(input);
        Forwarding forwarding = borrow();
        INDArray output = DenseCopy.of(forwarding.forward(forwarding.inputCopy(checked), true));
        return new NetworkPass(forwarding, output);
    }

    /**
     * Output without the way back: half the memory of {@link #evaluate}.
     *
     * @param input {@code [batch, ...]}. Not modified.
     * @return {@code [batch, outputs]}; it belongs to the caller
     * @throws ShapeMismatchException if the input has another shape than the architecture says
     * @throws IllegalArgumentException if the batch is empty or holds NaN or infinite values
     */
    @Override
    public INDArray predict(INDArray input) {
        INDArray checked = check(input);
        Forwarding forwarding = borrow();
        INDArray output = DenseCopy.of(forwarding.forward(forwarding.inputCopy(checked), false));
        giveBack(forwarding);
        return output;
    }

    /**
     * Output of a batch whose samples the workers share. Bits do not depend on who computes what, only on the number of workers.
     *
     * @param input {@code [batch, ...]}. Not modified.
     */
    public INDArray predict(INDArray input, Workers workers) {
        INDArray dense = check(input);
        long samples = dense.size(0);
        long parts = Math.min(workers.count(), samples);
        if (parts == 1) {
            return predict(dense);
        }
        INDArray all = Tensors.uninitialized(type, architecture.outputShape().batch(samples));
        workers.each(worker -> {
            if (worker < parts) {
                long from = samples * worker / parts;
                long to = samples * (worker + 1) / parts;
                Tensors.rows(all, from, to).assign(predict(Tensors.rows(dense, from, to)));
            }
        });
        return all;
    }

    /**
     * Output of many samples, at most {@code batchSize} at a time.
     *
     * @param input {@code [samples, ...]}. Not modified.
     */
    public INDArray predict(INDArray input, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("predict: batchSize must be >= 1, got " + batchSize);
        }
        INDArray dense = check(input);
        long samples = dense.size(0);
        INDArray all = Tensors.uninitialized(type, architecture.outputShape().batch(samples));
        for (long from = 0; from < samples; from += batchSize) {
            long to = Math.min(samples, from + batchSize);
            Tensors.rows(all, from, to).assign(predict(Tensors.rows(dense, from, to)));
        }
        return all;
    }

    /**
     * The same function in two parts, for methods that look at a layer's output. Both parts share this network's weights.
     *
     * @param layer last layer of the first part, not the last of the network
     * @throws IllegalArgumentException if there is no such layer, or nothing comes after it
     */
    public SplitFunction splitAfter(String layer) {
        List<Architecture> parts = architecture.splitAfter(layer);
        return new SplitFunction(part(parts.get(0)), part(parts.get(1)));
    }

    private CondensedNetwork part(Architecture layers) {
        Map<String, INDArray> own = new HashMap<>();
        shapes(layers, (name, shape) -> own.put(name, require(name)));
        return adopting(layers, type, own);
    }

    /**
     * What this network computes, in primitive operators. Its arrays are those of the network: not to be modified.
     *
     * @throws UnsupportedOperationException naming the first layer that does not say what it computes
     */
    public Graph graph() {
        Operand value = Graph.input(inputShape());
        for (Architecture.Stage stage : architecture.stages()) {
            value = express(stage, value.labelled(stage.name()));
            if (!value.shape().equals(stage.output())) {
                throw new ShapeMismatchException(
                        "primitive operators of layer " + stage.describe(),
                        stage.output().toString(),
                        value.shape().toString());
            }
        }
        return Graph.of(type, value);
    }

    private Operand express(Architecture.Stage stage, Operand value) {
        try {
            return stage.layer().express(value, frozen.within(stage.name() + "/"));
        } catch (UnsupportedOperationException silent) {
            throw new UnsupportedOperationException("layer '" + stage.name() + "': " + silent.getMessage(), silent);
        }
    }

    private INDArray check(INDArray input) {
        return Tensors.requireBatch("network input", input, architecture.inputShape(), type);
    }

    private Forwarding borrow() {
        Forwarding free = idle.poll();
        return free != null ? free : Forwarding.of(architecture, type, this::weightsOf, layer -> null);
    }

    private void giveBack(Forwarding forwarding) {
        forwarding.forget();
        idle.add(forwarding);
    }

    /** Table of the layers with output shapes, numbers of parameters and proven bounds. Takes as long as an audit. */
    public String summary() {
        return Summary.of(architecture, stage -> Optional.of(bound(stage)));
    }

    private Function<String, INDArray> weightsOf(int layer) {
        String prefix = architecture.stages().get(layer).name() + "/";
        return name -> require(prefix + name);
    }

    private INDArray require(String name) {
        INDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight '" + name + "'; there are " + weights.keySet());
        }
        return weight;
    }

    private final class NetworkPass implements Pass {
        private final INDArray output;
        private @Nullable Forwarding forwarding;

        private NetworkPass(Forwarding forwarding, INDArray output) {
            this.forwarding = forwarding;
            this.output = output;
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray inputGradient(INDArray cotangent) {
            if (forwarding == null) {
                throw new IllegalStateException("inputGradient: the pass is closed");
            }
            return DenseCopy.of(Objects.requireNonNull(forwarding.backward(cotangent)));
        }

        @Override
        public void close() {
            if (forwarding != null) {
                giveBack(forwarding);
                forwarding = null;
            }
        }
    }
}
