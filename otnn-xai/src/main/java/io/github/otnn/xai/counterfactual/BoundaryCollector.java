package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills the arrays of a boundary search, batch by batch. */
final class BoundaryCollector {
    private final @Nullable Limits limits;
    private final Walk walk;
    private BoundaryPoints.Outcome[] outcomes = {};
    private @Nullable BoundaryPoints parts;

    /** Takes the samples of one batch to the boundary. */
    interface Walk {
        /** Moves the samples. */
        End apply(ScoredBatch batch);
    }

    /**
     * Where a walk has ended.
     *
     * @param reached whether each sample is on the boundary
     */
    record End(MovedBatch moved, ScoredFunction.Values values, boolean[] reached, double[] times) {}

    BoundaryCollector(@Nullable Limits limits, Walk walk) {
        this.limits = limits;
        this.walk = walk;
    }

    BoundaryPoints result() {
        BoundaryPoints p = Objects.requireNonNull(parts);
        return new BoundaryPoints(
                p.points(), List.of(outcomes), p.before(), p.after(), p.gradientNorms(), p.distances(), p.times());
    }

    void add(ScoredBatch batch) {
        if (limits != null) {
            limits.requireInside(batch.input(), batch.first());
        }
        if (parts == null) {
            parts = empty(batch);
            outcomes = new BoundaryPoints.Outcome[batch.samples()];
        }
        End end = walk.apply(batch);
        int first = batch.first();
        int size = batch.size();
        double[] norms = batch.gradientNorms();
        CounterfactualCollector.copy(batch.values(), parts.before(), first);
        CounterfactualCollector.copy(end.values(), parts.after(), first);
        System.arraycopy(norms, 0, parts.gradientNorms(), first, size);
        System.arraycopy(end.moved().distances(), 0, parts.distances(), first, size);
        System.arraycopy(end.times(), 0, parts.times(), first, size);
        Tensors.rows(parts.points(), first, first + size).assign(end.moved().points());
        for (int i = 0; i < size; i++) {
            outcomes[first + i] = outcome(end, i, norms[i]);
        }
    }

    private static BoundaryPoints.Outcome outcome(End end, int i, double norm) {
        if (end.reached()[i]) {
            return BoundaryPoints.Outcome.REACHED;
        }
        if (norm == 0) {
            return BoundaryPoints.Outcome.NO_SLOPE;
        }
        return end.moved().clippedShares()[i] > 0
                ? BoundaryPoints.Outcome.STOPPED_BY_LIMITS
                : BoundaryPoints.Outcome.NOT_REACHED;
    }

    private static BoundaryPoints empty(ScoredBatch batch) {
        int samples = batch.samples();
        long[] shape = batch.input().shape().clone();
        shape[0] = samples;
        INDArray points = Tensors.uninitialized(batch.input().dataType(), shape);
        return new BoundaryPoints(
                points,
                List.of(),
                CounterfactualCollector.emptyValues(samples),
                CounterfactualCollector.emptyValues(samples),
                new double[samples],
                new double[samples],
                new double[samples]);
    }
}
