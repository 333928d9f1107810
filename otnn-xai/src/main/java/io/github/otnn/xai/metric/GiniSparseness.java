package io.github.otnn.xai.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sparseness of a map: the Gini index of its sizes. Higher is sparser.
 *
 * <pre>value = 2 sum_i i x_(i) / (n sum x) - (n + 1) / n,   x = |map| in ascending order, i = 1..n</pre>
 *
 * 0 for equal pixels, 1 - 1/n for a single one; no unit. A map of zeros has no value: NaN.
 *
 * @see <a href="https://arxiv.org/abs/1810.06583">Chalasani, Chen, Chowdhury, Jha, Wu 2018</a>
 */
public record GiniSparseness() implements MapMetric {
    @Override
    public MetricResult evaluate(INDArray maps) {
        return GivenMaps.of(maps)
                .measure(
                        new MetricResult.Metadata("Gini", "Gini index", Direction.HIGHER, describe()),
                        GiniSparseness::of);
    }

    private static double of(double[] map) {
        double[] sizes = new double[map.length];
        for (int p = 0; p < map.length; p++) {
            sizes[p] = Math.abs(map[p]);
        }
        Arrays.sort(sizes);
        double weighted = 0;
        double sum = 0;
        for (int i = 0; i < sizes.length; i++) {
            weighted += (i + 1) * sizes[i];
            sum += sizes[i];
        }
        double n = sizes.length;
        return sum == 0 ? Double.NaN : 2 * weighted / (n * sum) - (n + 1) / n;
    }

    @Override
    public String describe() {
        return "Gini index of the sizes";
    }
}
