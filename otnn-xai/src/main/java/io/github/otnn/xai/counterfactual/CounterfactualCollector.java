package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills the arrays of a result, batch by batch. */
final class CounterfactualCollector {
    private final List<Double> times;
    private final @Nullable Limits limits;
    private final Move move;
    private @Nullable Counterfactuals result;

    /** Where samples go for one t, before clipping. */
    interface Move {
        INDArray apply(ScoredBatch batch, double time);
    }

    CounterfactualCollector(List<Double> times, @Nullable Limits limits, Move move) {
        this.times = times;
        this.limits = limits;
        this.move = move;
    }

    Counterfactuals result() {
        return Objects.requireNonNull(result);
    }

    void add(ScoredBatch batch) {
        if (limits != null) {
            limits.requireInside(batch.input(), batch.first());
        }
        if (result == null) {
            result = empty(batch);
        }
        int first = batch.first();
        System.arraycopy(batch.gradientNorms(), 0, result.gradientNorms(), first, batch.size());
        copy(batch.values(), result.before(), first);
        for (int t = 0; t < times.size(); t++) {
            add(batch, t);
        }
    }

    private void add(ScoredBatch batch, int t) {
        Counterfactuals into = result();
        int first = batch.first();
        int size = batch.size();
        INDArray free = move.apply(batch, times.get(t));
        MovedBatch moved = MovedBatch.clipped(batch, limits == null ? free : free.dup('c'), limits);
        copy(batch.valuesAt(moved.points()), into.after().get(t), first);
        Tensors.rows(into.points(t), first, first + size).assign(moved.points());
        System.arraycopy(moved.distances(), 0, into.distances()[t], first, size);
        System.arraycopy(moved.clippedShares(), 0, into.clippedShares()[t], first, size);
        if (moved.anyClipped()) {
            double[] unclipped = batch.valuesAt(free).scores();
            for (int i = 0; i < size; i++) {
                into.stoppedByClipping()[t][first + i] = moved.clippedShares()[i] > 0
                        && !into.flipped(t, first + i)
                        && Counterfactuals.changesSign(batch.values().scores()[i], unclipped[i]);
            }
        }
    }

    private Counterfactuals empty(ScoredBatch batch) {
        int samples = batch.samples();
        int count = times.size();
        long[] one = batch.input().shape();
        long[] shape = new long[one.length + 1];
        System.arraycopy(one, 0, shape, 1, one.length);
        shape[0] = count;
        shape[1] = samples;
        return new Counterfactuals(
                times,
                Tensors.uninitialized(batch.input().dataType(), shape),
                emptyValues(samples),
                times.stream().map(t -> emptyValues(samples)).toList(),
                new double[samples],
                new double[count][samples],
                new double[count][samples],
                new boolean[count][samples]);
    }

    static ScoredFunction.Values emptyValues(int samples) {
        return new ScoredFunction.Values(new double[samples][], new double[samples]);
    }

    static void copy(ScoredFunction.Values from, ScoredFunction.Values into, int first) {
        System.arraycopy(from.logits(), 0, into.logits(), first, from.logits().length);
        System.arraycopy(from.scores(), 0, into.scores(), first, from.scores().length);
    }
}
