package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs one search for each sample, a batch of them at a time; whenever one ends, the next sample takes its place. */
final class SearchPool {
    private final AttackSettings settings;
    private final INDArray inputs;
    private final int[] labels;
    private final BatchEvaluator evaluator;
    private final AttackResult result;
    private final List<Attempt> active = new ArrayList<>();
    private int started;

    private SearchPool(Attack attack, AttackSettings settings, Differentiable function, INDArray inputs, int[] labels) {
        this.settings = settings;
        this.inputs = inputs;
        this.labels = labels;
        int samples = labels.length;
        int capacity = Math.min(settings.batchSize(), samples);
        this.evaluator = new BatchEvaluator(function, inputs.shape(), inputs.dataType(), capacity);
        this.result = new AttackResult(
                attack.describe(),
                attack.name(),
                inputs.dup('c'),
                new double[samples],
                new int[samples],
                new double[samples],
                new int[samples],
                new int[samples]);
    }

    /** What is searched: the samples, and how each search begins. */
    record Plan(Attack attack, AttackSettings settings, int refinements, Function<AttackedSample, Search> search) {
        AttackResult run(Differentiable function, INDArray inputs, int[] labels, Progress progress) {
            INDArray dense = requireInputs(inputs, labels, settings);
            int outputs = BatchEvaluator.outputs(function, Tensors.rows(dense, 0, 1));
            int[] classes = new int[labels.length];
            Arrays.setAll(classes, i -> Decision.requireLabel(labels[i], i, outputs));
            return new SearchPool(attack, settings, function, dense, classes).run(this, progress);
        }
    }

    private AttackResult run(Plan plan, Progress progress) {
        int done = 0;
        while (done < labels.length) {
            fill(plan);
            evaluate(Search.Wish.GRADIENT);
            evaluate(Search.Wish.VALUE);
            for (Attempt attempt : active) {
                if (attempt.wish() == Search.Wish.NOTHING) {
                    store(attempt);
                    done++;
                }
            }
            active.removeIf(attempt -> attempt.wish() == Search.Wish.NOTHING);
            progress.advance(done, labels.length);
        }
        return result;
    }

    private void fill(Plan plan) {
        while (active.size() < settings.batchSize() && started < labels.length) {
            AttackedSample sample = new AttackedSample(
                    started,
                    Tensors.toDoubles(Tensors.rows(inputs, started, started + 1L)),
                    labels[started],
                    inputs.dataType() == DataType.FLOAT,
                    settings);
            active.add(new Attempt(sample, plan.search().apply(sample), plan.refinements()));
            started++;
        }
    }

    private void evaluate(Search.Wish wish) {
        List<Attempt> asking =
                active.stream().filter(attempt -> attempt.wish() == wish).toList();
        if (!asking.isEmpty()) {
            evaluator.evaluate(asking, wish);
        }
    }

    private void store(Attempt attempt) {
        AttackedSample sample = attempt.sample();
        Confirmation last = attempt.confirmation();
        int i = sample.index();
        if (sample.found()) {
            Tensors.write(last.point(), Tensors.rows(result.points(), i, i + 1L));
            result.distances()[i] = Vectors.distance(sample.values(), last.point());
        } else {
            result.distances()[i] = Double.POSITIVE_INFINITY;
        }
        result.predictions()[i] = last.prediction();
        result.margins()[i] = last.margin();
        result.gradientEvaluations()[i] = sample.gradients();
        result.valueEvaluations()[i] = sample.evaluations();
    }

    private static INDArray requireInputs(INDArray inputs, int[] labels, AttackSettings settings) {
        if (inputs.isEmpty() || inputs.length() == 0) {
            throw new IllegalArgumentException("attack: expected at least one sample, got an empty array");
        }
        if (inputs.rank() < 2) {
            throw new ShapeMismatchException("attack: inputs", "[samples, ...]", Arrays.toString(inputs.shape()));
        }
        if (inputs.size(0) != labels.length) {
            throw new ShapeMismatchException(
                    "attack", inputs.size(0) + " labels, one for each sample", labels.length + " labels");
        }
        INDArray dense = Tensors.dense(inputs);
        Tensors.requireFinite("attack: inputs", dense);
        if (settings.range() != null) {
            settings.range().requireInside(dense, 0);
        }
        return dense;
    }
}
