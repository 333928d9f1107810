package io.github.otnn.examples.block;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.twin.TwinTraining;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of the strongest part of a network's maps lies in the null block.
 *
 * <pre>share(k) = mean over images of |top k % of the pixels, in the null block| / |top k % of the pixels|</pre>
 *
 * Pixels of equal value go by their index, the lower first. A map that knows nothing gives one half at every k; one that avoids
 * the null block gives 0 as long as the signal has enough pixels, then rises, because a digit covers less than a fifth.
 *
 * @param kind of the network
 * @param shares one for each of {@link #PERCENTAGES}
 */
record NullShares(TwinTraining.Kind kind, List<Double> shares) {
    /** The k of the paper's table. */
    static final List<Double> PERCENTAGES = List.of(2.5, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0);

    NullShares {
        shares = List.copyOf(shares);
    }

    /**
     * Measures maps.
     *
     * @param maps {@code [samples, height, width]}
     * @param nullMask the same shape, 1 in the null block
     */
    static NullShares of(TwinTraining.Kind kind, INDArray maps, INDArray nullMask) {
        int samples = Math.toIntExact(maps.size(0));
        double[] values = Tensors.toDoubles(maps);
        float[] mask = Tensors.toFloats(nullMask);
        int pixels = values.length / samples;
        double[] sums = new double[PERCENTAGES.size()];
        for (int i = 0; i < samples; i++) {
            int from = i * pixels;
            int[] order = IntStream.range(from, from + pixels)
                    .boxed()
                    .sorted(Comparator.comparingDouble(pixel -> -values[pixel]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int k = 0; k < sums.length; k++) {
                int count = Math.max(1, (int) Math.round(PERCENTAGES.get(k) / 100 * pixels));
                double inside = 0;
                for (int p = 0; p < count; p++) {
                    inside += mask[order[p]];
                }
                sums[k] += inside / count;
            }
        }
        return new NullShares(
                kind, Arrays.stream(sums).map(sum -> sum / samples).boxed().toList());
    }

    /** The share at one of {@link #PERCENTAGES}. */
    double at(double percentage) {
        return shares.get(PERCENTAGES.indexOf(percentage));
    }
}
