package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
 * batches were evaluated. Belongs to one thread; {@link #condense()} gives the network that any number of threads may
 * use.
 */
public final class Network {
    private final Architecture architecture;
    private final DataType type;
    private final INDArray rawWeights;
    private final INDArray rawGradient;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Forwarding forwarding;
    private boolean gradientsPresent;
    private boolean evaluated;

    private Network(Architecture architecture, DataType type, SplittableRandom random) {
        this.architecture = architecture;
        this.type = type;
        long length = 0;
        for (Architecture.Stage stage : architecture.stages()) {
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                length += spec.shape().length();
            }
        }
        this.rawWeights = Tensors.zeros(type, Math.max(1, length));
        this.rawGradient = Tensors.zeros(type, Math.max(1, length));
        List<Map<String, Parameter>> byLayer = new ArrayList<>();
        long offset = 0;
        for (Architecture.Stage stage : architecture.stages()) {
            Map<String, Parameter> ofLayer = new HashMap<>();
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                INDArray raw = Tensors.view(rawWeights, offset, spec.shape().sizes());
                INDArray gradient =
                        Tensors.view(rawGradient, offset, spec.shape().sizes());
                Tensors.write(spec.initializer().values(spec.shape(), random.split()), raw);
                Parameter parameter = new Parameter(stage.name() + "/" + spec.name(), spec, type, raw, gradient);
                parameters.add(parameter);
                ofLayer.put(spec.name(), parameter);
                offset += spec.shape().length();
            }
            byLayer.add(ofLayer);
        }
        parameters.forEach(Parameter::project);
        this.forwarding = new Forwarding(
                architecture,
                type,
                layer -> name -> parameter(byLayer, layer, name).effective(),
                layer -> gradients(byLayer, layer));
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

    /** Trainable arrays in order of their layers. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** All raw weights as one vector; to be modified through {@link #move} only. */
    public INDArray rawWeights() {
        return rawWeights;
    }

    /** Gradient with respect to {@link #rawWeights()}, after {@link #pullBackGradients()}. */
    public INDArray rawGradient() {
        return rawGradient;
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
        INDArray output =
                forwarding.forward(Tensors.requireBatch("network input", input, architecture.inputShape(), type), true);
        evaluated = true;
        return output;
    }

    /**
     * Pulls a cotangent of the last output back and adds to the gradients of the effective weights.
     *
     * @param cotangent shape of the output. Not modified.
     */
    public void backward(INDArray cotangent) {
        if (!evaluated) {
            throw new IllegalStateException("backward: call forward first");
        }
        forwarding.backward(cotangent);
        gradientsPresent = true;
        evaluated = false;
    }

    /** Forgets the gradients collected so far. */
    public void clearGradients() {
        gradientsPresent = false;
    }

    /**
     * Turns the collected gradients of effective weights into {@link #rawGradient()}. Once per {@link #move}.
     *
     * @throws IllegalStateException if no backward pass has run since the last clear
     */
    public void pullBackGradients() {
        if (!gradientsPresent) {
            throw new IllegalStateException("pullBackGradients: no gradients; call forward and backward first");
        }
        parameters.forEach(Parameter::pullback);
        gradientsPresent = false;
    }

    /**
     * Lets the caller change the vector of raw weights, then renews the effective weights.
     *
     * @throws IllegalArgumentException if a raw weight is NaN or infinite afterwards, naming it
     */
    public void move(Consumer<INDArray> step) {
        step.accept(rawWeights);
        parameters.forEach(Parameter::project);
    }

    /** An immutable, thread-safe network with copies of the present effective weights. */
    public CondensedNetwork condense() {
        Map<String, INDArray> weights = new HashMap<>();
        for (Parameter parameter : parameters) {
            Tensors.requireFinite("weight '" + parameter.name() + "'", parameter.effective());
            weights.put(parameter.name(), parameter.effective().dup('c'));
        }
        return CondensedNetwork.adopting(architecture, type, weights);
    }

    private LayerPass.Gradients gradients(List<Map<String, Parameter>> byLayer, int layer) {
        return new LayerPass.Gradients() {
            @Override
            public INDArray of(String name) {
                return parameter(byLayer, layer, name).effectiveGradient();
            }

            @Override
            public boolean accumulates() {
                return gradientsPresent;
            }
        };
    }

    private Parameter parameter(List<Map<String, Parameter>> byLayer, int layer, String name) {
        Parameter parameter = byLayer.get(layer).get(name);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "layer " + architecture.stages().get(layer).describe() + " has no parameter '" + name + "'");
        }
        return parameter;
    }

    /** Shape of one input sample, for callers that hold only the network. */
    public Shape inputShape() {
        return architecture.inputShape();
    }

    @Override
    public String toString() {
        return "Network " + architecture.inputShape() + " -> " + architecture.outputShape() + ", "
                + architecture.stages().size() + " layers, " + Arrays.toString(rawWeights.shape()) + " raw weights";
    }
}
