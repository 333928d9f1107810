package io.github.otnn.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function in two parts, for methods that look at what is computed in between: {@code f(x) = head(features(x))}.
 *
 * <p>Networks are cut by name: {@code network.splitAfter("conv2")}. A user's own function is explained the same way once its
 * two parts are written down. Thread-safe where both parts are.
 *
 * @param features from inputs to activations {@code [batch, ...]}, of any rank; images of features are
 *     {@code [batch, height, width, channels]}
 * @param head from activations to outputs {@code [batch, outputs]}
 */
public record SplitFunction(Differentiable features, Differentiable head) implements Differentiable {
    @Override
    public Pass evaluate(INDArray input) {
        Pass first = features.evaluate(input);
        try {
            return new JoinedPass(first, head.evaluate(first.output()));
        } catch (RuntimeException | Error failure) {
            first.close();
            throw failure;
        }
    }

    @Override
    public INDArray predict(INDArray input) {
        return head.predict(features.predict(input));
    }

    private record JoinedPass(Pass first, Pass second) implements Pass {
        @Override
        public INDArray output() {
            return second.output();
        }

        @Override
        public INDArray inputGradient(INDArray cotangent) {
            return first.inputGradient(second.inputGradient(cotangent));
        }

        @Override
        public void close() {
            try (first;
                    second) {
                // closes the second pass, then the first, also if one of them fails
            }
        }
    }
}
