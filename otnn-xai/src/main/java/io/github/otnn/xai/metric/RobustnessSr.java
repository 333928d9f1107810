package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.counterfactual.ValueRange;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Robustness-SR: how far the pixels that a map ranks first must move to change a decision. Lower means that they carry it.
 *
 * <pre>value = mean over the shares of min |d|_2 with score(x + d) on the other side of 0, d on the chosen pixels only</pre>
 *
 * The mean is that of a curve over equal steps: (s_i + s_(i+1)) / 2, averaged. In input units. The score's zero is the decision: take
 * {@code Score.binary()}, or the margin of the predicted classes. Norms are those of points that were found, by projected gradients
 * and bisection: upper bounds of the true distance, at least |score| where the score is 1-Lipschitz, and never above those of a smaller
 * set. On affine functions |f| / |w on the set|. Not comparable between networks. {@code REST} moves the other pixels instead: higher
 * is better. Costs up to {@code shares * (bisections + 4) * restarts * steps} gradients for each sample, about 50000 by default.
 *
 * @param shares of the pixels that count as first, ascending, above 0 and at most 1
 * @param moved which pixels move
 * @param infinite what stands for a distance where nothing was found
 * @param range values that points are clipped to; null leaves them free
 * @param search effort
 * @param seed of the starting points
 * @param batchSize points evaluated at once; bounds memory, does not change results
 * @see <a href="https://arxiv.org/abs/2006.00442">Hsieh, Yeh, Liu, Ravikumar, Kim, Kumar, Hsieh 2021</a>
 */
public record RobustnessSr(
        List<Double> shares,
        Moved moved,
        Infinite infinite,
        @Nullable ValueRange range,
        Search search,
        long seed,
        int batchSize)
        implements Metric {
    /** Which pixels move. */
    public enum Moved {
        /** The first ones. */
        FIRST,
        /** All others. */
        REST
    }

    /** What stands for a distance where no point was found. */
    public enum Infinite {
        /** Infinity: the sample is counted and not in the mean. */
        EXCLUDE,
        /** |x|_2; the sample is counted as undefined. */
        CAP_NORM_X,
        /** The diagonal of the range, which is needed then; the sample is counted as undefined. */
        CAP_BOX_DIAGONAL
    }

    /**
     * Effort of the search for a norm.
     *
     * @param steps of one attack, at least 1
     * @param restarts attacks for each norm, the first from the sample itself, at least 1
     * @param bisections of the norm, at least 0; ends earlier where 0.1 % are reached
     * @param largestNorm beyond which nothing is searched
     */
    public record Search(int steps, int restarts, int bisections, double largestNorm) {
        /** Checks the settings. */
        public Search {
            if (steps < 1 || restarts < 1 || bisections < 0 || !(largestNorm > 0)) {
                throw new IllegalArgumentException(
                        "RobustnessSr: expected steps >= 1, restarts >= 1, bisections >= 0 and largestNorm > 0, got "
                                + steps + ", " + restarts + ", " + bisections + " and " + largestNorm);
            }
        }

        /** 40 steps, 10 restarts, 12 bisections, norms up to 1000. */
        public static Search withDefaults() {
            return new Search(40, 10, 12, 1000);
        }
    }

    /** Checks the settings. */
    public RobustnessSr {
        shares = List.copyOf(shares);
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("RobustnessSr: expected at least one share, got none");
        }
        for (int i = 0; i < shares.size(); i++) {
            double share = shares.get(i);
            if (!(share > (i == 0 ? 0 : shares.get(i - 1)) && share <= 1)) {
                throw new IllegalArgumentException(
                        "RobustnessSr: expected ascending shares above 0 and at most 1, got " + shares);
            }
        }
        if (infinite == Infinite.CAP_BOX_DIAGONAL && range == null) {
            throw new IllegalArgumentException("RobustnessSr: CAP_BOX_DIAGONAL needs a range, got none");
        }
        ScoredFunction.requireBatchSize("RobustnessSr", batchSize);
    }

    /** Shares 5 % to 45 % in steps of 5 %, the first pixels, unclipped, infinite distances left out. */
    public static RobustnessSr withDefaults(long seed, int batchSize) {
        List<Double> shares =
                IntStream.rangeClosed(1, 9).mapToObj(i -> i * 5 / 100.0).toList();
        return new RobustnessSr(shares, Moved.FIRST, Infinite.EXCLUDE, null, Search.withDefaults(), seed, batchSize);
    }

    /**
     * Distances behind the area. The arrays belong to the receiver.
     *
     * @param area mean of each curve
     * @param counts {@code [shares]}, first pixels of each set
     * @param norms {@code [samples][shares]}, smallest norms found, in input units
     */
    public record Curves(MetricResult area, int[] counts, double[][] norms) {}

    @Override
    public MetricResult evaluate(
            Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        return curves(function, inputs, maps, score, progress).area();
    }

    /** The same with the distances; see {@link #evaluate}. */
    public Curves curves(Differentiable function, INDArray inputs, INDArray maps, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(inputs);
        GivenMaps given = GivenMaps.of(dense.shape(), maps);
        if (range != null) {
            range.requireInside(dense, 0);
        }
        CountedFunction counted = CountedFunction.of(function);
        ScoredFunction scored = new ScoredFunction(counted.function(), score, batchSize);
        RestrictedDistances distances = new RestrictedDistances(this, scored, dense, given, progress);
        double[][] norms = distances.norms();
        double[] areas = new double[norms.length];
        int undefined = 0;
        for (int i = 0; i < areas.length; i++) {
            undefined += distances.capped(i, norms[i]) ? 1 : 0;
            areas[i] = norms[i].length == 1 ? norms[i][0] : PerturbationCurves.meanOf(norms[i]);
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                moved == Moved.FIRST ? "robustness SR" : "robustness of the rest",
                "input L2",
                moved == Moved.FIRST ? Direction.LOWER : Direction.HIGHER,
                describe() + ", score " + score.describe());
        MetricResult area = MetricResult.of(
                about, areas, seed, counted.evaluations(), undefined, distances.tied(), given.constant());
        return new Curves(area, distances.counts(), norms);
    }

    @Override
    public String describe() {
        return "robustness of sets, shares " + shares + ", moved " + moved + ", infinite " + infinite + ", "
                + (range == null ? "unclipped" : "clipped to [" + range.low() + ", " + range.high() + "]") + ", "
                + search + ", seed " + seed;
    }
}
