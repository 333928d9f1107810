package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Newton's steps to the boundary, each with the gradient of the point reached so far.
 *
 * <pre>x' = x' - g(x') grad g(x') / |grad g(x')|^2,   until |g(x')| is at most tolerance |g(x)|</pre>
 *
 * With {@code Score.pair(s, t)} that is the place where the classes s and t are even. One step is exact where g is affine.
 * A sample stops where its gradient is zero. Costs one gradient for each step.
 *
 * @param steps at most, at least 1
 * @param tolerance relative to the score of the sample, at least 0
 * @param limits of the points, for each step; null leaves them free
 * @param batchSize samples evaluated at once
 */
public record NewtonBoundary(
        int steps, double tolerance, @Nullable Limits limits, int batchSize) implements BoundarySearch {
    /** Checks the settings. */
    public NewtonBoundary {
        if (steps < 1) {
            throw new IllegalArgumentException("NewtonBoundary: steps must be >= 1, got " + steps);
        }
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("NewtonBoundary: tolerance must be >= 0, got " + tolerance);
        }
        ScoredFunction.requireBatchSize("NewtonBoundary", batchSize);
    }

    /** 20 steps, tolerance 1e-3, in batches of 64. */
    public NewtonBoundary() {
        this(20, 1e-3, null, 64);
    }

    /** The same with points clipped. */
    public NewtonBoundary clippedTo(Limits to) {
        return new NewtonBoundary(steps, tolerance, to, batchSize);
    }

    /** The same in batches of this size. */
    public NewtonBoundary withBatchSize(int size) {
        return new NewtonBoundary(steps, tolerance, limits, size);
    }

    @Override
    public BoundaryPoints explain(Differentiable function, INDArray input, Score score) {
        BoundaryCollector collector = new BoundaryCollector(limits, this::walk);
        new ScoredFunction(function, score, batchSize).forEachBatch(input, collector::add);
        return collector.result();
    }

    @Override
    public String describe() {
        return "boundary by at most " + steps + " Newton steps, tolerance " + tolerance
                + (limits == null ? "" : ", clipped to " + limits.describe());
    }

    private BoundaryCollector.End walk(ScoredBatch batch) {
        double[] start = batch.values().scores();
        double[] taken = new double[batch.size()];
        double[] clipped = new double[batch.size()];
        ScoredBatch now = batch;
        for (int step = 0; step < steps; step++) {
            double[] lengths = lengths(now, start);
            if (Arrays.stream(lengths).allMatch(length -> length == 0)) {
                break;
            }
            MovedBatch moved = MovedBatch.clipped(batch, now.moved(lengths), limits);
            for (int i = 0; i < taken.length; i++) {
                taken[i] += lengths[i] == 0 ? 0 : 1;
                clipped[i] = Math.max(clipped[i], moved.clippedShares()[i]);
            }
            now = batch.at(moved.points());
        }
        double[] end = now.values().scores();
        boolean[] reached = new boolean[end.length];
        for (int i = 0; i < end.length; i++) {
            reached[i] = Math.abs(end[i]) <= tolerance * Math.abs(start[i]);
        }
        MovedBatch last = MovedBatch.clipped(batch, now.input().dup('c'), limits);
        return new BoundaryCollector.End(
                new MovedBatch(Tensors.dense(last.points()), last.distances(), clipped), now.values(), reached, taken);
    }

    /** Factors of the gradients; 0 where a sample has arrived, or has no direction. */
    private double[] lengths(ScoredBatch now, double[] start) {
        double[] scores = now.values().scores();
        double[] norms = now.gradientNorms();
        double[] lengths = new double[scores.length];
        Arrays.setAll(
                lengths,
                i -> Math.abs(scores[i]) <= tolerance * Math.abs(start[i])
                        ? 0
                        : StepRule.NORMALISED.step(scores[i], norms[i]));
        return lengths;
    }
}
