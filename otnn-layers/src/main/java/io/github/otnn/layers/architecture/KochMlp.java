package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.FullSort;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.SpectralDense;
import java.util.ArrayList;
import java.util.List;

/**
 * Dense layers for two-dimensional toy data such as the Koch snowflakes.
 *
 * <pre>dense 128 five times, head</pre>
 *
 * The 1-Lipschitz one has SpectralDense and FullSort; its twin Dense and ReLU. Input: feature vectors. Source: Serrurier et
 * al. 2021, arXiv 2006.06520, with the sizes of Bethune et al. 2022, arXiv 2104.05097.
 */
public final class KochMlp {
    private static final int HIDDEN_LAYERS = 5;
    private static final int WIDTH = 128;

    private KochMlp() {}

    /** The 1-Lipschitz network. */
    public static Architecture lipschitz(Shape input, ArchitectureOptions options) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < HIDDEN_LAYERS; i++) {
            layers.add(new SpectralDense(options.width(WIDTH)));
            layers.add(new FullSort());
        }
        layers.add(new SpectralDense(options.outputs()));
        return Architecture.of(input, layers.toArray(Layer[]::new));
    }

    /** The ordinary network of the same widths, for comparison. */
    public static Architecture unconstrained(Shape input, ArchitectureOptions options) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < HIDDEN_LAYERS; i++) {
            layers.add(new Dense(options.width(WIDTH)));
            layers.add(new ReLU());
        }
        layers.add(new Dense(options.outputs()));
        return Architecture.of(input, layers.toArray(Layer[]::new));
    }
}
