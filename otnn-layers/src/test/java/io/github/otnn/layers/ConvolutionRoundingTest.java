package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Proven rounding of convolutions against a float64 evaluation of the same float32 weights. */
class ConvolutionRoundingTest {
    private static final double UNIT = 0x1p-24;
    private static final ConvolutionWindow WINDOW = ConvolutionWindow.square(3);

    static Stream<Layer> layers() {
        return Stream.of(
                new SpectralConv2D(8, 3),
                new SpectralConv2D(5, WINDOW.withStride(2).withDilation(2)).withLipschitz(3),
                new SpectralConv2D(5, WINDOW.withPadding(Padding.CIRCULAR)),
                new Conv2D(7, WINDOW.withPadding(Padding.SAME_UPPER).withStride(2)),
                new FrobeniusConv2D(4, WINDOW),
                new SpectralConvTranspose2D(4, WINDOW),
                new SpectralConvTranspose2D(4, WINDOW.withStride(2)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void computedOutputStaysWithinTheProvenError(Layer layer) {
        Shape input = Shape.of(11, 12, 6);
        Network network = ConvolutionNormsTest.trained(input, layer, 2);
        CondensedNetwork condensed = network.condense();
        Rounding rounding = condensed.rounding(condensed.architecture().stages().get(0));
        for (double factor : new double[] {1e-38, 1e-3, 1, 1e20}) {
            INDArray images = gaussian(DataType.FLOAT, 5, input.batch(1)).muli(factor);
            INDArray exact = condensed.as(DataType.DOUBLE).predict(images);
            double error = condensed
                    .predict(images)
                    .castTo(DataType.DOUBLE)
                    .subi(exact)
                    .norm2Number()
                    .doubleValue();
            double norm = images.castTo(DataType.DOUBLE).norm2Number().doubleValue();
            double proven = rounding.errorAt(norm);
            assertThat(error).isLessThanOrEqualTo(proven);
            assertThat(exact.norm2Number().doubleValue())
                    .isLessThanOrEqualTo(norm * bound(condensed) * (1 + 1e-12) + rounding.offset());
            // the worst case against the typical one: some hundred times
            assertThat(error).isGreaterThan(factor < 1e-30 ? -1 : proven / 5000);
        }
    }

    @Test
    void equalsTheDerivedFormula() {
        // |K| as a matrix [[3], [4]] has norm 5, a pixel is in 2 windows at most, three of them, |b| = 12
        INDArray kernel = Tensors.of(DataType.FLOAT, new double[] {-3, 4}, 1, 2, 1, 1);
        INDArray bias = Tensors.of(DataType.FLOAT, new double[] {12}, 1);
        ConvolutionWindow window = ConvolutionWindow.line(2).withPadding(Padding.VALID);
        Rounding rounding =
                new Conv2D(1, window).rounding(Shape.of(1, 4, 1), Map.of("kernel", kernel, "bias", bias)::get, UNIT);
        double gamma = 3 * UNIT / (1 - 3 * UNIT);
        double relative = Math.sqrt(2) * 5 * gamma;
        double offset = 12 * Math.sqrt(3);
        assertThat(rounding.relative()).isBetween(relative, relative * (1 + 1e-6));
        assertThat(rounding.absolute()).isBetween(gamma * offset, gamma * offset * (1 + 1e-9));
        assertThat(rounding.offset()).isBetween(offset, offset * (1 + 1e-9));
    }

    private static double bound(CondensedNetwork network) {
        return network.bound(network.architecture().stages().get(0)).vector();
    }
}
