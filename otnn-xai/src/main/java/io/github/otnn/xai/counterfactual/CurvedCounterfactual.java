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
 * Transport counterfactuals along a bent way: the step is cut into pieces, and the gradient is looked at anew before each.
 *
 * <pre>x' = x' - (t / n) f(x) grad f(x'),   n times from x' = x</pre>
 *
 * f(x) is that of the sample, so that the way leads on beyond the boundary; with n = 1 this is the FAITHFUL
 * {@link TransportCounterfactual}. The way is at most {@code t |f(x)|} long where f is 1-Lipschitz, so nothing flips for t up to
 * 1. Limits clip every piece. Costs n gradients and one evaluation for each t. Immutable; as thread-safe as the function.
 *
 * @param pieces n, at least 1
 * @param times the t, finite, at least one
 * @param range values that points are clipped to; null leaves them free
 * @param batchSize samples evaluated at once; bounds working memory, does not change points
 */
public record CurvedCounterfactual(
        int pieces, List<Double> times, @Nullable Limits range, int batchSize) {
    private static final int BATCH_SIZE = 64;

    /** Checks the settings. */
    public CurvedCounterfactual {
        if (pieces < 1) {
            throw new IllegalArgumentException("CurvedCounterfactual: pieces must be >= 1, got " + pieces);
        }
        times = TransportCounterfactual.requireTimes("CurvedCounterfactual", times);
        ScoredFunction.requireBatchSize("CurvedCounterfactual", batchSize);
    }

    /** Without clipping, in batches of 64. */
    public CurvedCounterfactual(int pieces, double... times) {
        this(pieces, TransportCounterfactual.boxed(times), null, BATCH_SIZE);
    }

    /** The same in batches of this size. */
    public CurvedCounterfactual withBatchSize(int size) {
        return new CurvedCounterfactual(pieces, times, range, size);
    }

    /** The same with points clipped. */
    public CurvedCounterfactual clippedTo(Limits limits) {
        return new CurvedCounterfactual(pieces, times, limits, batchSize);
    }

    /**
     * Moves all samples.
     *
     * @param input {@code [samples, ...]}, finite, inside the range if there is one. Not modified.
     * @return points with their scores. What clipping has stopped is judged by the last piece.
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
        return "counterfactual in " + pieces + " pieces, t " + times
                + (range == null ? "" : ", clipped to " + range.describe());
    }

    private INDArray move(ScoredBatch batch, double time) {
        double[] steps = Arrays.stream(batch.values().scores())
                .map(f -> time / pieces * f)
                .toArray();
        INDArray moved = batch.moved(steps);
        for (int piece = 1; piece < pieces; piece++) {
            INDArray inside = MovedBatch.clipped(batch, moved, range).points();
            moved = batch.at(inside).moved(steps);
        }
        return moved;
    }
}
