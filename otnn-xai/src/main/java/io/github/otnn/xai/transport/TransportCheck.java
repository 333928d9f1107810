package io.github.otnn.xai.transport;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.attack.Attack;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures what the theory of hKR says about its minimiser, on samples of two classes.
 *
 * <pre>
 * slope          |grad f| = 1 almost everywhere, never above 1
 * Proposition 1  y = x - t grad f(x) with t = |x - y|, for pairs (x, y) of the optimal transport plan
 * Proposition 2  x - f(x) grad f(x) lies on the boundary
 * Corollary 1    that is the nearest adversarial point: attacks follow the gradient, for a length of |f|
 * KR             mean f over one class - mean f over the other, never above W1 of the same samples
 * </pre>
 *
 * W1 and its plan are exact for the samples given. Plans need not be unique, so only what holds on optimal pairs is measured.
 *
 * @param thresholds for the verdicts
 * @param attack for Corollary 1, only with functions of one logit; null leaves it out
 * @param batchSize samples evaluated at once; bounds memory
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>
 */
public record TransportCheck(
        TransportThresholds thresholds, @Nullable Attack attack, int batchSize) {
    /** Checks the batch size. */
    public TransportCheck {
        ScoredFunction.requireBatchSize("TransportCheck", batchSize);
    }

    /**
     * Measures all samples. Takes O(n^3 + n^2 d) for the plan, and some gradients and some 60 evaluations for each sample.
     *
     * @param score f, {@link Score#binary()} if there is an attack
     * @param positive {@code [n, ...]}, samples of the class where f should be positive. Not modified.
     * @param negative {@code [n, ...]}, as many of the other. Not modified.
     * @param progress told of the steps that are done
     * @throws io.github.otnn.core.ShapeMismatchException if the two differ in shape, or the function cannot take it
     * @throws IllegalArgumentException if a value is NaN or infinite, or the score does not fit
     */
    public TransportReport run(
            Differentiable function, Score score, INDArray positive, INDArray negative, Progress progress) {
        return new TransportMeasurement(this, new ScoredFunction(function, score, batchSize), progress)
                .run(positive, negative);
    }
}
