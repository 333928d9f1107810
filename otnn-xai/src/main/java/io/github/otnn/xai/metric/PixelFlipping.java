package io.github.otnn.xai.metric;

import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import io.github.otnn.xai.attribution.SampleBaselines;
import io.github.otnn.xai.statistics.RankOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Moves samples to their baselines or back, pixel by pixel in the order of their maps. */
final class PixelFlipping {
    private final MetricResult.Metadata about;
    private final Variations variations;
    private final GivenMaps maps;
    private final SampleBaselines baselines;
    private final Way way;
    private final int[] counts;
    private final double[][] curves;
    private final double[] tieShares;
    private final double[] point;
    private int[] order = new int[0];
    private double[] target = new double[0];

    /** Where the way begins. */
    enum Way {
        /** At the sample. */
        TO_BASELINE,
        /** At the baseline. */
        FROM_BASELINE
    }

    PixelFlipping(
            MetricResult.Metadata about,
            ScoredFunction function,
            INDArray inputs,
            INDArray maps,
            int steps,
            Baseline baseline,
            Way way,
            Progress progress) {
        this.maps = GivenMaps.of(ScoredFunction.requireInput(inputs).shape(), maps);
        this.about = about;
        this.counts = counts(about.metric(), steps, this.maps.grid().count());
        this.variations = new Variations(function, inputs, counts.length, progress);
        this.baselines = new SampleBaselines(baseline, inputs.shape());
        this.way = way;
        this.curves = new double[variations.samples()][counts.length];
        this.tieShares = new double[curves.length];
        this.point = new double[variations.length()];
    }

    /** Checks the number of steps before the number of pixels is known. */
    static void requireSteps(String metric, int steps) {
        if (steps < 1 && steps != Deletion.EVERY_PIXEL) {
            throw new IllegalArgumentException(metric + ": steps must be >= 1, or EVERY_PIXEL, got " + steps);
        }
    }

    static String describeSteps(int steps) {
        return steps == Deletion.EVERY_PIXEL ? "every pixel" : steps + " steps";
    }

    private static int[] counts(String metric, int steps, int pixels) {
        if (steps > pixels) {
            throw new IllegalArgumentException(metric + ": expected at most as many steps as pixels, " + pixels
                    + ", got " + steps + "; EVERY_PIXEL takes one after the other");
        }
        int last = steps == Deletion.EVERY_PIXEL ? pixels : steps;
        int[] counts = new int[last + 1];
        Arrays.setAll(counts, i -> (int) ((long) pixels * i / last));
        return counts;
    }

    /** Walks all samples. */
    PerturbationCurves curves() {
        variations.scores(0, counts.length, this::makePoint, (sample, step, score) -> curves[sample][step] = score);
        double[] areas =
                Arrays.stream(curves).mapToDouble(PerturbationCurves::meanOf).toArray();
        int tied = (int) Arrays.stream(tieShares).filter(share -> share > 0).count();
        long evaluations = (long) curves.length * counts.length;
        MetricResult area = MetricResult.of(about, areas, 0, evaluations, 0, tied, maps.constant());
        return new PerturbationCurves(area, counts, curves, tieShares);
    }

    private void makePoint(int sample, int step, double[] x, double[] into, int offset) {
        if (step == 0) {
            begin(sample, x);
        } else {
            int channels = x.length / maps.grid().count();
            for (int k = counts[step - 1]; k < counts[step]; k++) {
                int first = order[k] * channels;
                for (int v = first; v < first + channels; v++) {
                    point[v] = target[v];
                }
            }
        }
        System.arraycopy(point, 0, into, offset, point.length);
    }

    private void begin(int sample, double[] x) {
        double[] map = maps.of(sample);
        double[] hidden = baselines.of(sample, x);
        order = RankOrder.descending(map);
        tieShares[sample] = RankOrder.tieShare(map, order);
        target = way == Way.TO_BASELINE ? hidden : x;
        System.arraycopy(way == Way.TO_BASELINE ? x : hidden, 0, point, 0, point.length);
    }
}
