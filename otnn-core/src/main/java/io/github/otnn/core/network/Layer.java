package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One step of a network: a map with a hand-written backward pass. Immutable and without weights of its own: those live in
 * the network and come with each call, so the same layer serves training and any number of predicting threads.
 *
 * <p>Calls come in this order: {@link #outputShape} and {@link #parameters} when the network is built, then {@link
 * #forward}, then {@link #backward} of the same pass.
 */
public interface Layer {
    /**
     * Shape of one output sample.
     *
     * @throws ShapeMismatchException if the layer cannot take this input
     */
    Shape outputShape(Shape input);

    /** Trainable arrays for this input shape; none unless told. */
    default List<ParameterSpec> parameters(Shape input) {
        return List.of();
    }

    /** Arrays that follow the batches in training and stand still in prediction; none unless told. */
    default List<StateSpec> state(Shape input) {
        return List.of();
    }

    /**
     * Computes the output of a batch.
     *
     * @param input {@code [batch, ...]}, dense. Not modified.
     * @return array from {@link LayerPass#output}, or a view of the input
     */
    INDArray forward(INDArray input, LayerPass pass);

    /**
     * Pulls a cotangent back to the input, and adds to the gradients of the weights where {@link
     * LayerPass#wantsGradients()}.
     *
     * @param input what forward got. Not modified.
     * @param output what forward returned. Not modified.
     * @param cotangent shape of the output. Not modified.
     * @return array from {@link LayerPass#cotangent}, or a view of the given cotangent; null only where {@link
     *     LayerPass#wantsInputGradient()} is false
     */
    @Nullable
    INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass);

    /**
     * Proven upper bound of the Lipschitz constant (L2) for these weights.
     *
     * @param weights effective weight by name
     */
    LipschitzBound bound(Shape input, Function<String, INDArray> weights);

    /**
     * Proven bound of what rounding does in {@link #forward}, whatever the order of its sums.
     *
     * @param weights effective weight by name
     * @param unitRoundoff of the arithmetic: 2^-24 for float32, 2^-53 for float64
     * @return {@link Rounding#unknown()} unless told, which makes a certificate of the computed logits impossible
     */
    default Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        return Rounding.unknown();
    }

    /**
     * Proven bounds of the Lipschitz constants of the differences of two outputs, {@code [k][l]} for y_k - y_l, where this is
     * the last layer. Known columns make them smaller than what follows from {@link #bound}.
     */
    default double[][] differenceBounds(Shape input, Function<String, INDArray> weights) {
        LipschitzBound bound = bound(input, weights);
        double difference = Math.min(2 * bound.perOutput(), Math.nextUp(Math.sqrt(2)) * bound.vector());
        int outputs = Math.toIntExact(outputShape(input).length());
        double[][] bounds = new double[outputs][outputs];
        for (int k = 0; k < outputs; k++) {
            java.util.Arrays.fill(bounds[k], difference);
            bounds[k][k] = 0;
        }
        return bounds;
    }

    /**
     * Writes what this layer computes in prediction in primitive operators, from which networks are exported to other formats.
     *
     * @param input value of shape {@code [batch, ...]}
     * @param weights effective weight, or running array, by name. Not to be modified.
     * @return value of the shape {@link #outputShape} says
     * @throws UnsupportedOperationException unless told
     */
    default Operand express(Operand input, Function<String, INDArray> weights) {
        throw new UnsupportedOperationException(describe(input.shape())
                + " does not say what it computes in primitive operators; implement express in "
                + getClass().getName() + " to export it");
    }

    /** Short text with the settings, such as {@code SpectralConv2D 3x3 1 -> 16}. */
    String describe(Shape input);
}
