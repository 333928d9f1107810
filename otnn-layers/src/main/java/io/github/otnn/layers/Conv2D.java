package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import java.util.List;

/**
 * An ordinary convolution: nothing holds its constant down.
 *
 * <pre>y = conv(x, K) + b</pre>
 *
 * x {@code [batch, height, width, in]}, y {@code [batch, outHeight, outWidth, filters]}, kernel {@code [kH, kW, in, filters]},
 * normal with variance 2 / (kH kW in) at first, bias {@code [filters]}. The bound is that of the weights it has, proven, and
 * usually far above 1. The unconstrained twin of {@link SpectralConv2D}, for comparisons. Immutable and thread-safe.
 *
 * @param filters number of output channels
 * @param window size of the kernel and how it moves
 */
public record Conv2D(int filters, ConvolutionWindow window) implements ConvolutionLayer {
    /** Checks the numbers. */
    public Conv2D {
        new ConvolutionMap("Conv2D", filters, window);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        return map().parameters(map().kernelShape(input.channels()), FanIn.initializer(), Parametrization.none());
    }

    private ConvolutionMap map() {
        return new ConvolutionMap("Conv2D", filters, window);
    }
}
