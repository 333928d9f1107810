package io.github.otnn.xai.metric;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.SeededStreams;
import io.github.otnn.xai.counterfactual.ValueRange;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Projected gradients on chosen values of samples, many samples in step. Norms grow from that of the tangent plane until an attack
 * succeeds, are halved between failure and success, and the best change is shortened on its ray.
 */
final class RestrictedAttack {
    /** Steps of an attack add up to 2.5 radii: enough to cross the ball and to slide on it. */
    private static final double PATH = 2.5;

    private static final int SHORTENINGS = 40;

    private final RobustnessSr settings;
    private final ScoredFunction function;
    private final int samples;
    private final int length;
    private final INDArray points;
    private final double[] one;

    RestrictedAttack(RobustnessSr settings, ScoredFunction function, INDArray inputs) {
        this.settings = settings;
        this.function = function;
        this.samples = Math.toIntExact(inputs.size(0));
        this.length = Math.toIntExact(inputs.length() / samples);
        long[] shape = inputs.shape().clone();
        shape[0] = Math.min(samples, function.batchSize());
        this.points = Tensors.uninitialized(inputs.dataType(), shape);
        this.one = new double[length];
    }

    /**
     * Finds the smallest norm for each.
     *
     * @param set number of the set, for the starting points
     */
    void search(List<AttackedSet> all, int set) {
        all.forEach(each -> Arrays.fill(each.step(), 0));
        ScoredFunction.Gradients at = gradients(all);
        double[] gradients = Tensors.toDoubles(at.gradient());
        for (int i = 0; i < all.size(); i++) {
            all.get(i).begin(at.values().scores()[i], gradients, i * length);
        }
        int round = 0;
        double largest = settings.search().largestNorm();
        // once for all: the tangent plane may be nearer than what a smaller set left
        List<AttackedSet> growing = all.stream().filter(each -> each.norm() > 0).toList();
        while (!growing.isEmpty()) {
            attack(growing, set, round++);
            growing = growing.stream().filter(each -> each.grows(largest)).toList();
        }
        for (int i = 0; i < settings.search().bisections(); i++) {
            List<AttackedSet> halving = all.stream().filter(AttackedSet::halves).toList();
            halving.forEach(AttackedSet::halve);
            attack(halving, set, round++);
        }
        shorten(all.stream()
                .filter(each -> each.norm() > 0 && Double.isFinite(each.norm()))
                .toList());
    }

    private void attack(List<AttackedSet> all, int set, int round) {
        List<AttackedSet> open = all;
        for (int restart = 0; restart < settings.search().restarts() && !open.isEmpty(); restart++) {
            for (AttackedSet each : open) {
                long draw = ((long) set << 40) + ((long) round << 20) + restart;
                each.start(restart, SeededStreams.of(settings.seed(), each.owner(), draw));
                clip(each);
            }
            descend(open);
            open = open.stream().filter(each -> !each.reached()).toList();
        }
        all.forEach(AttackedSet::close);
    }

    private void descend(List<AttackedSet> all) {
        List<AttackedSet> open = all;
        int steps = settings.search().steps();
        for (int step = 0; step < steps && !open.isEmpty(); step++) {
            ScoredFunction.Gradients at = gradients(open);
            double[] gradients = Tensors.toDoubles(at.gradient());
            for (int i = 0; i < open.size(); i++) {
                AttackedSet each = open.get(i);
                if (each.crossed(at.values().scores()[i])) {
                    each.succeed();
                } else {
                    each.move(gradients, i * length, PATH / steps);
                    clip(each);
                }
            }
            open = open.stream().filter(each -> !each.reached()).toList();
        }
        double[] scores = scores(open);
        for (int i = 0; i < scores.length; i++) {
            if (open.get(i).crossed(scores[i])) {
                open.get(i).succeed();
            }
        }
    }

    /** Bisection on the ray from the sample to the point that was found: one forward pass halves what is left. */
    private void shorten(List<AttackedSet> found) {
        double[] low = new double[found.size()];
        double[] high = new double[found.size()];
        Arrays.fill(high, 1);
        for (int i = 0; i < SHORTENINGS; i++) {
            for (int k = 0; k < high.length; k++) {
                found.get(k).shorten((low[k] + high[k]) / 2);
            }
            double[] scores = scores(found);
            for (int k = 0; k < high.length; k++) {
                double middle = (low[k] + high[k]) / 2;
                if (found.get(k).crossed(scores[k])) {
                    high[k] = middle;
                } else {
                    low[k] = middle;
                }
            }
        }
        for (int k = 0; k < high.length; k++) {
            found.get(k).keep(high[k]);
        }
    }

    /** The sample lies inside, so clipping brings a point nearer to it. */
    private void clip(AttackedSet each) {
        ValueRange range = settings.range();
        if (range == null) {
            return;
        }
        double[] step = each.step();
        for (int p = 0; p < step.length; p++) {
            double x = each.x()[p];
            step[p] = Math.min(range.high(), Math.max(range.low(), x + step[p])) - x;
        }
    }

    private ScoredFunction.Gradients gradients(List<AttackedSet> moved) {
        return function.gradientsAt(points(moved), owners(moved), samples);
    }

    private double[] scores(List<AttackedSet> moved) {
        if (moved.isEmpty()) {
            return new double[0];
        }
        return function.valuesAt(points(moved), owners(moved), samples).scores();
    }

    private INDArray points(List<AttackedSet> moved) {
        for (int i = 0; i < moved.size(); i++) {
            AttackedSet each = moved.get(i);
            for (int p = 0; p < length; p++) {
                one[p] = each.x()[p] + each.step()[p];
            }
            Tensors.write(one, Tensors.rows(points, i, i + 1));
        }
        return Tensors.rows(points, 0, moved.size());
    }

    private static int[] owners(List<AttackedSet> moved) {
        return moved.stream().mapToInt(AttackedSet::owner).toArray();
    }
}
