package io.github.otnn.examples.block;

import io.github.otnn.examples.twin.TwinTraining;
import io.github.otnn.xai.metric.Localisation;
import java.util.List;
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
        return new NullShares(
                kind,
                PERCENTAGES.stream()
                        .map(k -> Localisation.nullBlockShare(k / 100, nullMask)
                                .evaluate(maps)
                                .mean())
                        .toList());
    }

    /** The share at one of {@link #PERCENTAGES}. */
    double at(double percentage) {
        return shares.get(PERCENTAGES.indexOf(percentage));
    }
}
