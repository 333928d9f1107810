package io.github.otnn.xai.metric;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.statistics.RankOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Smallest norms for all samples and all sets of pixels, from the smallest set to the largest. */
final class RestrictedDistances {
    private final RobustnessSr settings;
    private final ScoredFunction function;
    private final INDArray inputs;
    private final GivenMaps maps;
    private final Progress progress;
    private final int[] counts;
    private int tied;

    RestrictedDistances(
            RobustnessSr settings, ScoredFunction function, INDArray inputs, GivenMaps maps, Progress progress) {
        this.settings = settings;
        this.function = function;
        this.inputs = inputs;
        this.maps = maps;
        this.progress = progress;
        int pixels = maps.grid().count();
        this.counts = settings.shares().stream()
                .mapToInt(share -> Math.max(1, (int) Math.round(share * pixels)))
                .toArray();
    }

    int[] counts() {
        return counts;
    }

    /** Number of maps with ties, once the norms are known. */
    int tied() {
        return tied;
    }

    /** {@code [samples][sets]}; infinite where nothing was found. */
    double[][] norms() {
        double[][] norms = new double[maps.samples()][counts.length];
        RestrictedAttack attack = new RestrictedAttack(settings, function, inputs);
        for (int from = 0; from < norms.length; from += function.batchSize()) {
            int to = Math.min(norms.length, from + function.batchSize());
            measure(attack, from, to, norms);
        }
        return norms;
    }

    private void measure(RestrictedAttack attack, int from, int to, double[][] norms) {
        List<AttackedSet> sets = new ArrayList<>();
        int[][] orders = new int[to - from][];
        for (int i = from; i < to; i++) {
            double[] map = maps.of(i);
            orders[i - from] = RankOrder.descending(map);
            tied += RankOrder.tieShare(map, orders[i - from]) > 0 ? 1 : 0;
            sets.add(new AttackedSet(i, Tensors.toDoubles(Tensors.rows(inputs, i, i + 1))));
        }
        boolean first = settings.moved() == RobustnessSr.Moved.FIRST;
        for (int k = 0; k < counts.length; k++) {
            // what was found for a set is allowed in every larger one: distances never rise with the set
            int set = first ? k : counts.length - 1 - k;
            for (AttackedSet one : sets) {
                one.open(opened(orders[one.owner() - from], counts[set], first, one.length()));
            }
            attack.search(sets, set);
            for (AttackedSet one : sets) {
                norms[one.owner()][set] = one.norm();
            }
            progress.advance(
                    (long) from * counts.length + (long) (k + 1) * (to - from), (long) norms.length * counts.length);
        }
    }

    private static boolean[] opened(int[] order, int count, boolean first, int length) {
        boolean[] open = new boolean[length];
        int channels = length / order.length;
        for (int place = first ? 0 : count; place < (first ? count : order.length); place++) {
            Arrays.fill(open, order[place] * channels, (order[place] + 1) * channels, true);
        }
        return open;
    }

    /** Puts a number for infinite norms, if that is wanted; whether there was any. */
    boolean capped(int sample, double[] norms) {
        if (settings.infinite() == RobustnessSr.Infinite.EXCLUDE) {
            return false;
        }
        double cap = cap(sample);
        boolean any = false;
        for (int k = 0; k < norms.length; k++) {
            if (Double.isInfinite(norms[k])) {
                norms[k] = cap;
                any = true;
            }
        }
        return any;
    }

    private double cap(int sample) {
        double[] x = Tensors.toDoubles(Tensors.rows(inputs, sample, sample + 1));
        if (settings.infinite() == RobustnessSr.Infinite.CAP_NORM_X) {
            return AttackedSet.norm(x);
        }
        var range = Objects.requireNonNull(settings.range());
        return (range.high() - range.low()) * Math.sqrt(x.length);
    }
}
