package io.github.otnn.core.network;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Activations and gradients of their own on the weights of one network, so that parts of a batch can be evaluated side by
 * side. One thread at a time; different replicas may be used by different threads until the network moves.
 */
public final class Replica {
    private final Network network;
    private final Forwarding forwarding;
    private final Map<Parameter, INDArray> gradients;
    private final List<LayerStates.Observations> observations = new ArrayList<>();
    private long batchSize;
    private boolean evaluated;
    private boolean hasGradients;

    /**
     * Prepares a replica.
     *
     * @param parameters layer index to the layer's parameters by name
     * @param gradients where the gradients of effective weights go
     */
    Replica(Network network, IntFunction<Map<String, Parameter>> parameters, Map<Parameter, INDArray> gradients) {
        this.network = network;
        this.gradients = gradients;
        this.forwarding = Forwarding.of(
                network.architecture(),
                network.type(),
                layer -> name -> network.effective(parameters.apply(layer), layer, name),
                layer -> new LayerTraining(parameters.apply(layer), layer));
        for (int i = 0; i < network.architecture().stages().size(); i++) {
            observations.add(new LayerStates.Observations());
        }
    }

    /**
     * Evaluates a batch and keeps what {@link #backward} needs.
     *
     * @param input {@code [batch, ...]}. Not modified, and not to be modified before the backward pass.
     * @return output in this replica's own memory, valid until the next call
     * @throws ShapeMismatchException if the input has another shape than the architecture says
     * @throws IllegalArgumentException if the batch is empty or holds NaN or infinite values
     */
    public INDArray forward(INDArray input) {
        network.requireConsistent();
        INDArray checked = Tensors.requireBatch("network input", input, network.inputShape(), network.type());
        batchSize = checked.size(0);
        INDArray output = forwarding.forward(checked, true);
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
        hasGradients = true;
        evaluated = false;
    }

    void clearGradients() {
        hasGradients = false;
        observations.forEach(LayerStates.Observations::clear);
    }

    LayerStates.Observations observations(int layer) {
        return observations.get(layer);
    }

    boolean hasGradients() {
        return hasGradients;
    }

    INDArray gradient(Parameter parameter) {
        INDArray gradient = gradients.get(parameter);
        if (gradient == null) {
            throw new IllegalStateException("parameter '" + parameter.name() + "' is not of this network");
        }
        return gradient;
    }

    /** Where one layer's findings go. */
    private final class LayerTraining implements LayerPass.Training {
        private final Map<String, Parameter> parameters;
        private final int layer;

        LayerTraining(Map<String, Parameter> parameters, int layer) {
            this.parameters = parameters;
            this.layer = layer;
        }

        @Override
        public INDArray gradient(String name) {
            return Replica.this.gradient(network.require(parameters, layer, name));
        }

        @Override
        public boolean accumulates() {
            return hasGradients;
        }

        @Override
        public void observe(String name, INDArray value) {
            observations.get(layer).add(name, value, batchSize);
        }
    }
}
