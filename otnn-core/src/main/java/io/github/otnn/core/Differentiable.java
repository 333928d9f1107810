package io.github.otnn.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function from a batch of inputs to a batch of outputs, sample by sample, that can be pulled back to its input.
 *
 * <pre>y = f(x),   x [batch, ...], y [batch, outputs]</pre>
 *
 * Everything that explains, attacks or certifies is written against this interface alone: condensed networks implement
 * it, and a user's own function needs {@link #evaluate} only. Sample i of the output must depend on sample i of the input
 * only. Implementations say whether they are thread-safe; condensed networks are.
 */
@FunctionalInterface
public interface Differentiable {
    /**
     * Evaluates the function and keeps what its gradient needs.
     *
     * @param input {@code [batch, ...]}, batch at least 1. Not modified.
     * @return the pass; close it to give its memory back
     * @throws ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite
     */
    Pass evaluate(INDArray input);

    /**
     * Output without the way back. Methods that only look at outputs call this one, thousands of times for a sample: implement
     * it where outputs alone are cheaper.
     *
     * @param input {@code [batch, ...]}. Not modified.
     * @return {@code [batch, outputs]}, the values of {@link #evaluate}; it belongs to the caller
     * @throws ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite
     */
    default INDArray predict(INDArray input) {
        try (Pass pass = evaluate(input)) {
            return pass.output();
        }
    }
}
