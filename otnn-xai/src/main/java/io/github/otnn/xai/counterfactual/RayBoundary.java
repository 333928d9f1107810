package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The t at which a transport counterfactual crosses the boundary, and the point there.
 *
 * <p>t grows by a quarter from 1 (where nothing 1-Lipschitz has crossed yet, up to rounding) until the score has changed its sign, then
 * the bracket is bisected. A score that is already across at t = 1 is bisected from 0. The point is the one just across, so its
 * decision is another. A crossing before the first bracket would be missed. Clipping bends the ray along the limits.
 * Costs one gradient and about {@code bisections + 4 log2(largestTime) + 2} evaluations.
 *
 * @param rule unit of t
 * @param largestTime growth ends there; finite, at least 1
 * @param bisections of the bracket, at least 0; 50 exhaust float64
 * @param limits of the points; null leaves them free
 * @param batchSize samples evaluated at once
 */
public record RayBoundary(
        StepRule rule,
        double largestTime,
        int bisections,
        @Nullable Limits limits,
        int batchSize) implements BoundarySearch {
    private static final double GROWTH = 1.25;

    /** Checks the settings. */
    public RayBoundary {
        if (!(largestTime >= 1) || Double.isInfinite(largestTime)) {
            throw new IllegalArgumentException("RayBoundary: largestTime must be finite and >= 1, got " + largestTime);
        }
        if (bisections < 0) {
            throw new IllegalArgumentException("RayBoundary: bisections must be >= 0, got " + bisections);
        }
        ScoredFunction.requireBatchSize("RayBoundary", batchSize);
    }

    /** Up to t = 100, 50 bisections, in batches of 64. */
    public RayBoundary(StepRule rule) {
        this(rule, 100, 50, null, 64);
    }

    /** The same with points clipped. */
    public RayBoundary clippedTo(Limits to) {
        return new RayBoundary(rule, largestTime, bisections, to, batchSize);
    }

    /** The same in batches of this size. */
    public RayBoundary withBatchSize(int size) {
        return new RayBoundary(rule, largestTime, bisections, limits, size);
    }

    @Override
    public BoundaryPoints explain(Differentiable function, INDArray input, Score score) {
        BoundaryCollector collector = new BoundaryCollector(limits, this::walk);
        new ScoredFunction(function, score, batchSize).forEachBatch(input, collector::add);
        return collector.result();
    }

    @Override
    public String describe() {
        return "boundary on the " + rule + " ray, t up to " + largestTime
                + (limits == null ? "" : ", clipped to " + limits.describe());
    }

    private BoundaryCollector.End walk(ScoredBatch batch) {
        int size = batch.size();
        double[] low = new double[size];
        double[] high = new double[size];
        Arrays.fill(high, Double.POSITIVE_INFINITY);
        double[] scores = batch.values().scores();
        for (double time = 1; ; time = Math.min(largestTime, GROWTH * time)) {
            double now = time;
            double[] times = new double[size];
            Arrays.setAll(times, i -> Math.min(high[i], now));
            double[] after = batch.valuesAt(move(batch, times).points()).scores();
            for (int i = 0; i < size; i++) {
                narrow(i, now, Counterfactuals.changesSign(scores[i], after[i]), low, high);
            }
            if (time == largestTime || Arrays.stream(high).max().orElse(0) < Double.POSITIVE_INFINITY) {
                break;
            }
        }
        bisect(batch, low, high);
        return end(batch, high);
    }

    /** Moves one end of a bracket; one that is closed already stays. */
    private static void narrow(int i, double time, boolean across, double[] low, double[] high) {
        if (high[i] == Double.POSITIVE_INFINITY) {
            if (across) {
                high[i] = time;
            } else {
                low[i] = time;
            }
        }
    }

    private void bisect(ScoredBatch batch, double[] low, double[] high) {
        double[] scores = batch.values().scores();
        for (int n = 0; n < bisections; n++) {
            double[] middle = new double[low.length];
            Arrays.setAll(middle, i -> high[i] == Double.POSITIVE_INFINITY ? low[i] : (low[i] + high[i]) / 2);
            double[] after = batch.valuesAt(move(batch, middle).points()).scores();
            for (int i = 0; i < low.length; i++) {
                if (high[i] < Double.POSITIVE_INFINITY && Counterfactuals.changesSign(scores[i], after[i])) {
                    high[i] = middle[i];
                } else {
                    low[i] = middle[i];
                }
            }
        }
    }

    private BoundaryCollector.End end(ScoredBatch batch, double[] high) {
        double[] norms = batch.gradientNorms();
        double[] scores = batch.values().scores();
        boolean[] reached = new boolean[high.length];
        double[] times = new double[high.length];
        for (int i = 0; i < high.length; i++) {
            reached[i] = scores[i] == 0 || high[i] < Double.POSITIVE_INFINITY;
            times[i] = scores[i] == 0 || norms[i] == 0 ? 0 : Math.min(high[i], largestTime);
        }
        MovedBatch moved = move(batch, times);
        return new BoundaryCollector.End(moved, batch.valuesAt(moved.points()), reached, times);
    }

    private MovedBatch move(ScoredBatch batch, double[] times) {
        double[] scores = batch.values().scores();
        double[] norms = batch.gradientNorms();
        double[] steps = new double[times.length];
        Arrays.setAll(steps, i -> times[i] * rule.step(scores[i], norms[i]));
        return MovedBatch.clipped(batch, batch.moved(steps), limits);
    }
}
