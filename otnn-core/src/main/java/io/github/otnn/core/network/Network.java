package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network while it trains: raw weights, their effective images, gradients and working memory.
 *
 * <p>One step: {@link #clearGradients}, then {@link #forward} and {@link #backward} for one or more batches, {@link
 * #pullBackGradients}, then {@link #move}. Effective weights are renewed by {@code move} alone, once a step, however many
 * batches were evaluated. Belongs to one thread, but for its {@link #replica replicas}; {@link #condense()} gives the
 * network that any number of threads may use.
 */
public final class Network {
    private final Architecture architecture;
    private final DataType type;
    private final INDArray rawWeights;
    private final INDArray rawGradient;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Parameter> largestFirst;
    private final List<Map<String, Parameter>> byLayer = new ArrayList<>();
    private final List<LayerStates> states = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private boolean consistent = true;

    private Network(Architecture architecture, DataType type, SplittableRandom random) {
        this.architecture = architecture;
        this.type = type;
        long length = 0;
        for (Architecture.Stage stage : architecture.stages()) {
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                length += spec.rawShape().length();
            }
        }
        // ND4J has no empty vectors to hand to an updater
        this.rawWeights = Tensors.zeros(type, Math.max(1, length));
        this.rawGradient = Tensors.zeros(type, Math.max(1, length));
        long offset = 0;
        for (Architecture.Stage stage : architecture.stages()) {
            Map<String, Parameter> ofLayer = new HashMap<>();
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                long[] sizes = spec.rawShape().sizes();
                INDArray raw = Tensors.view(rawWeights, offset, sizes);
                INDArray gradient = Tensors.view(rawGradient, offset, sizes);
                Tensors.write(spec.initializer().values(spec.rawShape(), random.split()), raw);
                Parameter parameter = new Parameter(stage.name() + "/" + spec.name(), spec, type, raw, gradient);
                parameters.add(parameter);
                ofLayer.put(spec.name(), parameter);
                offset += spec.rawShape().length();
            }
            byLayer.add(ofLayer);
            states.add(new LayerStates(stage, type));
        }
        this.largestFirst = parameters.stream()
                .sorted(Comparator.comparingLong(
                        (Parameter parameter) -> -parameter.shape().length()))
                .toList();
        parameters.forEach(Parameter::project);
        Map<Parameter, INDArray> gradients = new IdentityHashMap<>();
        parameters.forEach(parameter -> gradients.put(parameter, parameter.effectiveGradient()));
        replicas.add(new Replica(this, byLayer::get, gradients));
    }

    /**
     * Creates a network with fresh weights.
     *
     * @param type FLOAT to train and predict, DOUBLE to check gradients
     * @param seed of the initial weights; equal seeds give equal bits
     */
    public static Network initialize(Architecture architecture, DataType type, long seed) {
        return new Network(architecture, type, new SplittableRandom(seed));
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

    /** Trainable arrays in order of their layers. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** All raw weights as one vector; to be modified through {@link #move} only. */
    public INDArray rawWeights() {
        return rawWeights;
    }

    /** Gradient with respect to {@link #rawWeights()}, after {@link #pullBackGradients}. */
    public INDArray rawGradient() {
        return rawGradient;
    }

    /** The same weights with other activations and gradients, made when first asked for. Number 0 is the network itself. */
    public Replica replica(int number) {
        while (replicas.size() <= number) {
            Map<Parameter, INDArray> gradients = new IdentityHashMap<>();
            parameters.forEach(parameter -> gradients.put(
                    parameter, Tensors.zeros(type, parameter.shape().sizes())));
            replicas.add(new Replica(this, byLayer::get, gradients));
        }
        return replicas.get(number);
    }

    /**
     * Evaluates a batch and keeps what {@link #backward} needs.
     *
     * @param input {@code [batch, ...]}. Not modified, and not to be modified before the backward pass.
     * @return output in the network's own memory, valid until the next call
     * @throws ShapeMismatchException if the input has another shape than the architecture says
     * @throws IllegalArgumentException if the batch is empty or holds NaN or infinite values
     */
    public INDArray forward(INDArray input) {
        return replicas.get(0).forward(input);
    }

    /**
     * Pulls a cotangent of the last output back and adds to the gradients of the effective weights.
     *
     * @param cotangent shape of the output. Not modified.
     */
    public void backward(INDArray cotangent) {
        replicas.get(0).backward(cotangent);
    }

    /** Forgets the gradients collected so far, in all replicas. */
    public void clearGradients() {
        replicas.forEach(Replica::clearGradients);
    }

    /** {@link #pullBackGradients(Workers)} on the caller's thread. */
    public void pullBackGradients() {
        pullBackGradients(Workers.none());
    }

    /**
     * Turns the gradients of effective weights, summed over the replicas in their order, into {@link #rawGradient()}. Once per
     * {@link #move}. Running statistics of the layers move here too. The result does not depend on the workers.
     *
     * @throws IllegalStateException if the network itself has run no backward pass since the last clear
     */
    public void pullBackGradients(Workers workers) {
        if (!replicas.get(0).hasGradients()) {
            throw new IllegalStateException("pullBackGradients: no gradients; call forward and backward first");
        }
        List<Replica> others = replicas.subList(1, replicas.size()).stream()
                .filter(Replica::hasGradients)
                .toList();
        workers.share(largestFirst.size(), i -> {
            Parameter parameter = largestFirst.get(i);
            others.forEach(other -> parameter.effectiveGradient().addi(other.gradient(parameter)));
            parameter.pullback();
        });
        for (int layer = 0; layer < states.size(); layer++) {
            int at = layer;
            states.get(at)
                    .follow(replicas.stream()
                            .map(replica -> replica.observations(at))
                            .toList());
        }
        clearGradients();
    }

    /** {@link #move(Consumer, Workers)} on the caller's thread. */
    public void move(Consumer<INDArray> step) {
        move(step, Workers.none());
    }

    /**
     * Lets the caller change the vector of raw weights, then renews the effective weights. The result does not depend on the
     * workers.
     *
     * @throws IllegalArgumentException if a raw weight is NaN or infinite afterwards, naming it
     */
    public void move(Consumer<INDArray> step, Workers workers) {
        consistent = false;
        step.accept(rawWeights);
        requireFiniteWeights();
        workers.share(largestFirst.size(), i -> largestFirst.get(i).project());
        consistent = true;
    }

    private void requireFiniteWeights() {
        if (!Tensors.isFinite(rawWeights)) {
            for (Parameter parameter : parameters) {
                Tensors.requireFinite("weight '" + parameter.name() + "'", parameter.raw());
            }
        }
    }

    /** Refuses to go on after a move that failed half-way. */
    void requireConsistent() {
        if (!consistent) {
            throw new IllegalStateException(
                    "the last move failed, so effective and raw weights differ; move to finite weights first");
        }
    }

    /** An immutable, thread-safe network with copies of the present effective weights. */
    public CondensedNetwork condense() {
        requireConsistent();
        Map<String, INDArray> weights = new HashMap<>();
        parameters.forEach(parameter -> weights.put(parameter.name(), parameter.condense()));
        states.forEach(ofLayer -> ofLayer.copyTo(weights));
        return CondensedNetwork.adopting(architecture, type, weights);
    }

    /** Copies of everything that later steps depend on. */
    public NetworkState state() {
        requireConsistent();
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        parameters.forEach(parameter -> parameter.copyTo(arrays));
        states.forEach(ofLayer -> ofLayer.store(arrays));
        return new NetworkState(architecture, type, arrays);
    }

    /**
     * Takes over a stored state: from here on every result has the bits that it would have had in the stored network.
     *
     * @param state of a network of equal layers and type. Not modified.
     * @throws IllegalArgumentException if it is of another network, or an array is missing, unknown, of another shape or not
     *     finite. The network must not be used then.
     */
    public void restore(NetworkState state) {
        StoredArrays arrays = StoredArrays.of(state, architecture, type);
        consistent = false;
        clearGradients();
        parameters.forEach(parameter -> parameter.restore(arrays));
        states.forEach(ofLayer -> ofLayer.restore(arrays));
        arrays.requireAllTaken();
        consistent = true;
    }

    /** Effective weight or running array of a layer. */
    INDArray effective(Map<String, Parameter> ofLayer, int layer, String name) {
        INDArray state = states.get(layer).find(name);
        return state != null ? state : require(ofLayer, layer, name).effective();
    }

    Parameter require(Map<String, Parameter> ofLayer, int layer, String name) {
        Parameter parameter = ofLayer.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "layer " + architecture.stages().get(layer).describe() + " has no parameter '" + name + "'");
        }
        return parameter;
    }

    @Override
    public String toString() {
        return "Network " + architecture.inputShape() + " -> " + architecture.outputShape() + ", "
                + architecture.stages().size() + " layers, " + rawWeights.length() + " raw weights";
    }
}
