package io.github.otnn.xai.feature;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.counterfactual.Limits;
import io.github.otnn.xai.counterfactual.ValueRange;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Feature visualisation by plain ascent: from grey or noise, towards what raises a score.
 *
 * <pre>x' = clip(project(x' + stepLength grad f / |grad f|, ball around the start))</pre>
 *
 * The objective is any score; {@code Score.weighted} adds up several. No regulariser and no change of coordinates: for networks whose gradients mean something without. A 1-Lipschitz score rises by
 * at most the length of the path. Where the gradient is zero an image stays. Costs one gradient for each step. Immutable; as
 * thread-safe as the function.
 *
 * @param steps of the ascent, at least 1
 * @param stepLength of each step, L2 in input units
 * @param radius of the ball around the start; infinite for none
 * @param limits of the values, such as a {@link ValueRange}
 * @param batchSize images evaluated at once; bounds memory, does not change images
 */
public record FeatureVisualisation(int steps, double stepLength, double radius, Limits limits, int batchSize) {
    /** Checks the settings. */
    public FeatureVisualisation {
        require("steps must be >= 1", steps >= 1, steps);
        require(
                "stepLength must be > 0 and finite",
                stepLength > 0 && stepLength < Double.POSITIVE_INFINITY,
                stepLength);
        require("radius must be > 0", radius > 0, radius);
        ScoredFunction.requireBatchSize("FeatureVisualisation", batchSize);
    }

    /**
     * Images of one value.
     *
     * @param shape {@code [n, ...]}
     */
    public static INDArray grey(DataType type, double value, long... shape) {
        double[] values = new double[Math.toIntExact(Shape.of(shape).length())];
        Arrays.fill(values, value);
        return Tensors.of(type, values, shape);
    }

    /**
     * Images of values evenly distributed over a range.
     *
     * @param shape {@code [n, ...]}
     */
    public static INDArray noise(DataType type, ValueRange range, long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[Math.toIntExact(Shape.of(shape).length())];
        Arrays.setAll(values, p -> random.nextDouble(range.low(), range.high()));
        return Tensors.of(type, values, shape);
    }

    /**
     * Climbs from every start.
     *
     * @param start {@code [n, ...]}, finite, inside the range, such as {@link #grey} or {@link #noise}. Not modified.
     * @param score to raise; {@code Score.logit(new int[] {0, 1, 2})} gives each start its own class
     * @param progress told after each step of each batch; the unit is one step of one image
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, lies outside the range, or the score does not fit
     */
    public FeatureImages run(Differentiable function, INDArray start, Score score, Progress progress) {
        int n = start.rank() == 0 ? 0 : Math.toIntExact(start.size(0));
        FeatureImages result = new FeatureImages(
                Tensors.dense(start).dup('c'), new double[n], new double[n], new double[n], new double[n]);
        new ScoredFunction(function, score, batchSize).forEachBatch(start, batch -> climb(batch, result, progress));
        return result;
    }

    private void climb(ScoredBatch start, FeatureImages into, Progress progress) {
        limits.requireInside(start.input(), start.first());
        ScoredBatch now = start;
        for (int step = 0; step < steps; step++) {
            INDArray next = Tensors.uninitialized(
                    start.input().dataType(), start.input().shape());
            for (int i = 0; i < start.size(); i++) {
                into.pathLengths()[start.first() + i] += step(start, now, i, next);
            }
            now = start.at(next);
            progress.advance((long) steps * start.first() + (step + 1L) * start.size(), (long) steps * start.samples());
        }
        System.arraycopy(start.values().scores(), 0, into.before(), start.first(), start.size());
        System.arraycopy(now.values().scores(), 0, into.after(), start.first(), start.size());
        Tensors.rows(into.images(), start.first(), start.first() + start.size()).assign(now.input());
        for (int i = 0; i < start.size(); i++) {
            into.distances()[start.first() + i] = distance(row(now.input(), i), row(start.input(), i));
        }
    }

    /** Moves one image; returns how far. */
    private double step(ScoredBatch start, ScoredBatch now, int i, INDArray next) {
        double[] from = row(now.input(), i);
        double[] origin = row(start.input(), i);
        double[] gradient = row(now.gradient(), i);
        double slope = distance(gradient, new double[gradient.length]);
        double[] to = from.clone();
        for (int p = 0; p < to.length; p++) {
            to[p] += slope == 0 ? 0 : stepLength * gradient[p] / slope;
        }
        double away = distance(to, origin);
        double shrink = away > radius ? radius / away : 1;
        for (int p = 0; p < to.length; p++) {
            double value = shrink < 1 ? origin[p] + shrink * (to[p] - origin[p]) : to[p];
            to[p] = limits.clip(p, value, origin[p]);
        }
        Tensors.write(to, Tensors.rows(next, i, i + 1L));
        return distance(row(next, i), from);
    }

    /** Settings in one line, for reports. */
    public String describe() {
        return "ascent of " + steps + " steps of " + stepLength + " within " + radius + " of the start, values in "
                + limits.describe();
    }

    private static double[] row(INDArray dense, int i) {
        return Tensors.toDoubles(Tensors.rows(dense, i, i + 1L));
    }

    private static double distance(double[] x, double[] y) {
        double squares = 0;
        for (int p = 0; p < x.length; p++) {
            squares += (x[p] - y[p]) * (x[p] - y[p]);
        }
        return Math.sqrt(squares);
    }

    private static void require(String what, boolean holds, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("FeatureVisualisation: " + what + ", got " + value);
        }
    }
}
