package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Transport counterfactuals: inputs moved along the gradient of a score, towards its zero and beyond.
 *
 * <pre>
 * FAITHFUL     x_t = x - t f grad f
 * NORMALISED   x_t = x - t f grad f / |grad f|^2
 * </pre>
 *
 * The score f decides what is asked: {@link Score#binary()} crosses the boundary of two classes; {@code Score.logit(k)} with
 * f_k below 0 raises class k, though f_k = 0 is not yet where k wins; {@code Score.pair(s, t)}, with s the predicted class,
 * meets the place where s and t are even. At the optimum of hKR, FAITHFUL steps follow the transport plan between the
 * classes. Where f is 1-Lipschitz they never change its sign for t up to 1, since
 * {@code f(x) f(x_t) >= f^2 (1 - t |grad f|)}; counterfactuals want t above 1, published ones 5 to 20. Costs one gradient,
 * and one evaluation for each t. Immutable; as thread-safe as the function.
 *
 * @param rule length of a step
 * @param times the t, finite, at least one; below 0 moves away from the boundary
 * @param range values that points are clipped to; null leaves them free
 * @param batchSize samples evaluated at once; bounds working memory, does not change points
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>
 */
public record TransportCounterfactual(
        StepRule rule, List<Double> times, @Nullable Limits range, int batchSize) {
    private static final int BATCH_SIZE = 64;

    /** Checks the settings. */
    public TransportCounterfactual {
        times = requireTimes("TransportCounterfactual", times);
        ScoredFunction.requireBatchSize("TransportCounterfactual", batchSize);
    }

    /** FAITHFUL steps without clipping, in batches of 64. */
    public static TransportCounterfactual faithful(double... times) {
        return new TransportCounterfactual(StepRule.FAITHFUL, boxed(times), null, BATCH_SIZE);
    }

    /** NORMALISED steps without clipping, in batches of 64. */
    public static TransportCounterfactual normalised(double... times) {
        return new TransportCounterfactual(StepRule.NORMALISED, boxed(times), null, BATCH_SIZE);
    }

    /** The same in batches of this size. */
    public TransportCounterfactual withBatchSize(int size) {
        return new TransportCounterfactual(rule, times, range, size);
    }

    /** The same with points clipped to a range; scores and distances are those of the clipped points. */
    public TransportCounterfactual clippedTo(double low, double high) {
        return new TransportCounterfactual(rule, times, new ValueRange(low, high), batchSize);
    }

    /** The same with points clipped to limits that differ from feature to feature. */
    public TransportCounterfactual clippedTo(Limits limits) {
        return new TransportCounterfactual(rule, times, limits, batchSize);
    }

    /**
     * Moves all samples.
     *
     * @param input {@code [samples, ...]}, finite, inside the range if there is one. Not modified.
     * @return points with their scores, computed again at the points
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, lies outside the range, or the score does not fit
     */
    public Counterfactuals explain(Differentiable function, INDArray input, Score score) {
        CounterfactualCollector collector = new CounterfactualCollector(times, range, this::move);
        new ScoredFunction(function, score, batchSize).forEachBatch(input, collector::add);
        return collector.result();
    }

    /** Settings in one line, for reports. */
    public String describe() {
        return rule + " transport counterfactual, t " + times
                + (range == null ? "" : ", clipped to " + range.describe());
    }

    private INDArray move(ScoredBatch batch, double time) {
        double[] scores = batch.values().scores();
        double[] norms = batch.gradientNorms();
        double[] steps = new double[scores.length];
        Arrays.setAll(steps, i -> time * rule.step(scores[i], norms[i]));
        return batch.moved(steps);
    }

    static List<Double> requireTimes(String where, List<Double> times) {
        if (times.isEmpty()) {
            throw new IllegalArgumentException(where + ": expected at least one t, got none");
        }
        for (double time : times) {
            if (!Double.isFinite(time)) {
                throw new IllegalArgumentException(where + ": expected finite t, got " + times);
            }
        }
        return List.copyOf(times);
    }

    static List<Double> boxed(double[] times) {
        return Arrays.stream(times).boxed().toList();
    }
}
