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
    private final TransportCounterfactual settings;
    private @Nullable Counterfactuals result;

    CounterfactualCollector(TransportCounterfactual settings) {
        this.settings = settings;
    }

    Counterfactuals result() {
        return Objects.requireNonNull(result);
    }

    void add(ScoredBatch batch) {
        if (settings.range() != null) {
            settings.range().requireInside(batch.input(), batch.first());
        }
        if (result == null) {
            result = empty(batch);
        }
        int first = batch.first();
        int size = batch.size();
        double[] norms = batch.gradientNorms();
        System.arraycopy(norms, 0, result.gradientNorms(), first, size);
        copy(batch.values(), result.before(), first);
        List<Double> times = settings.times();
        for (int t = 0; t < times.size(); t++) {
            INDArray moved = batch.moved(steps(batch.values().scores(), norms, times.get(t)));
            for (int i = 0; i < size; i++) {
                finish(batch, moved, t, i);
            }
            copy(batch.valuesAt(moved), result.after().get(t), first);
            Tensors.rows(result.points(t), first, first + size).assign(moved);
        }
    }

    private double[] steps(double[] scores, double[] norms, double time) {
        double[] steps = new double[scores.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = time * settings.rule().step(scores[i], norms[i]);
        }
        return steps;
    }

    /** Clips one point and measures how far it is from its sample. */
    private void finish(ScoredBatch batch, INDArray moved, int t, int i) {
        Counterfactuals into = result();
        INDArray target = Tensors.rows(moved, i, i + 1);
        double[] point = Tensors.toDoubles(target);
        double[] origin = Tensors.toDoubles(Tensors.rows(batch.input(), i, i + 1));
        ValueRange range = settings.range();
        int clipped = 0;
        double squares = 0;
        for (int p = 0; p < point.length; p++) {
            if (range != null) {
                double inside = range.clip(point[p]);
                clipped += inside == point[p] ? 0 : 1;
                point[p] = inside;
            }
            squares += (point[p] - origin[p]) * (point[p] - origin[p]);
        }
        if (clipped > 0) {
            Tensors.write(point, target);
        }
        into.distances()[t][batch.first() + i] = Math.sqrt(squares);
        into.clippedShares()[t][batch.first() + i] = (double) clipped / point.length;
    }

    private Counterfactuals empty(ScoredBatch batch) {
        int samples = batch.samples();
        int times = settings.times().size();
        long[] one = batch.input().shape();
        long[] shape = new long[one.length + 1];
        System.arraycopy(one, 0, shape, 1, one.length);
        shape[0] = times;
        shape[1] = samples;
        return new Counterfactuals(
                settings.times(),
                Tensors.uninitialized(batch.input().dataType(), shape),
                emptyValues(samples),
                settings.times().stream().map(t -> emptyValues(samples)).toList(),
                new double[samples],
                new double[times][samples],
                new double[times][samples]);
    }

    private static ScoredFunction.Values emptyValues(int samples) {
        return new ScoredFunction.Values(new double[samples][], new double[samples]);
    }

    private static void copy(ScoredFunction.Values from, ScoredFunction.Values into, int first) {
        System.arraycopy(from.logits(), 0, into.logits(), first, from.logits().length);
        System.arraycopy(from.scores(), 0, into.scores(), first, from.scores().length);
    }
}
