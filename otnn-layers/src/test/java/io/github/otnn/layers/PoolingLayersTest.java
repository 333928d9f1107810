package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.dot;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What pooling promises beyond the contract of all layers. */
class PoolingLayersTest {
    private static final Function<String, INDArray> NO_WEIGHTS = name -> {
        throw new AssertionError(name);
    };

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-45, 1e-38, 1e-30, 1e-13, 1e-6})
    void zeroAndTinyWindowsGiveFiniteGradientsNoLongerThanTheCotangent(double size) {
        for (Layer layer : new Layer[] {new L2NormPooling2D(2), new ScaledGlobalL2NormPooling2D()}) {
            CondensedNetwork network = network(layer, Shape.of(4, 4, 2), DataType.FLOAT);
            INDArray image = gaussian(DataType.FLOAT, 1, 1, 4, 4, 2).muli(size);
            // one window of ordinary size beside the tiny ones
            image.putScalar(new int[] {0, 0, 0, 0}, 1);
            INDArray black = Tensors.zeros(DataType.FLOAT, 1, 4, 4, 2);
            for (INDArray input : new INDArray[] {image, black}) {
                try (Pass pass = network.evaluate(input)) {
                    INDArray cotangent =
                            gaussian(DataType.FLOAT, 2, pass.output().shape());
                    INDArray gradient = pass.inputGradient(cotangent);
                    Tensors.requireFinite("gradient", gradient);
                    assertThat(norm(gradient)).isLessThanOrEqualTo(norm(cotangent) * (1 + 1e-6));
                }
            }
            try (Pass pass = network.evaluate(black)) {
                assertThat(norm(pass.inputGradient(
                                gaussian(DataType.FLOAT, 3, pass.output().shape()))))
                        .isZero();
            }
        }
    }

    static Stream<Arguments> averages() {
        return Stream.of(
                // largest singular values of the plain scaled mean, without the overlap: 1.265^2 and 1.689^2 in the
                // limit
                Arguments.of(new ScaledAveragePooling2D(3, 2), 0.7),
                Arguments.of(new ScaledAveragePooling2D(3, 1), 0.8),
                Arguments.of(new ScaledAveragePooling2D(2, 2), 1 - 1e-9),
                Arguments.of(new ScaledAveragePooling2D(2, 3), 1 - 1e-9),
                Arguments.of(new ScaledGlobalAveragePooling2D(), 1 - 1e-9),
                Arguments.of(new AveragePooling2D(2), 1 - 1e-9),
                Arguments.of(new AveragePooling2D(3, 1), 0.8),
                Arguments.of(new AveragePooling2D(5, 2), 0.5),
                Arguments.of(new GlobalAveragePooling2D(), 1 - 1e-9));
    }

    /** Power iteration: a share of the bound that is really attained, and never more than all of it. */
    @ParameterizedTest
    @MethodSource("averages")
    void operatorNormOfMeansStaysBelowTheBoundAndNotFar(Layer layer, double share) {
        Shape shape = Shape.of(13, 13, 1);
        CondensedNetwork network = network(layer, shape, DataType.DOUBLE);
        INDArray x = gaussian(DataType.DOUBLE, 4, shape.batch(1));
        double norm = 0;
        for (int i = 0; i < 60; i++) {
            x.divi(norm(x));
            try (Pass pass = network.evaluate(x)) {
                norm = norm(pass.output());
                x = pass.inputGradient(pass.output());
            }
        }
        double bound = layer.bound(shape, NO_WEIGHTS).vector();
        assertThat(norm).isBetween(share * bound, bound * (1 + 1e-12));
    }

    @Test
    void overlappingMaximaAttainTheirBoundWithOneBrightPixel() {
        MaxPooling2D layer = new MaxPooling2D(3, 1, 1);
        Shape shape = Shape.of(7, 6, 1);
        INDArray image = Tensors.zeros(DataType.DOUBLE, shape.batch(1));
        image.putScalar(new int[] {0, 3, 3, 0}, 2);
        LipschitzBound bound = layer.bound(shape, NO_WEIGHTS);
        assertThat(norm(network(layer, shape, DataType.DOUBLE).predict(image))).isEqualTo(6);
        assertThat(bound.vector()).isCloseTo(3, within(1e-12)).isGreaterThanOrEqualTo(3);
        assertThat(bound.perOutput()).isEqualTo(1);
        assertThat(bound.method()).isEqualTo("maxima, each pixel in up to 9 windows: the root of that");
        assertThat(new MaxPooling2D(2).bound(shape, NO_WEIGHTS).vector()).isEqualTo(1);
        // one window fits: nothing overlaps, whatever the stride
        assertThat(new MaxPooling2D(3, 1).bound(Shape.of(3, 3, 1), NO_WEIGHTS).vector())
                .isEqualTo(1);
    }

    @Test
    void oddSizesAreRoundedDownAndDroppedPixelsGetNoGradient() {
        Shape shape = Shape.of(5, 7, 2);
        for (Layer layer : new Layer[] {
            new ScaledAveragePooling2D(2), new AveragePooling2D(2), new MaxPooling2D(2), new L2NormPooling2D(2)
        }) {
            assertThat(layer.outputShape(shape)).isEqualTo(Shape.of(2, 3, 2));
            try (Pass pass =
                    network(layer, shape, DataType.FLOAT).evaluate(gaussian(DataType.FLOAT, 5, shape.batch(1)))) {
                INDArray gradient = pass.inputGradient(gaussian(DataType.FLOAT, 6, 1, 2, 3, 2));
                double edges = 0;
                for (int i = 0; i < 7; i++) {
                    edges += Math.abs(gradient.getDouble(0, 4, i, 0));
                    edges += Math.abs(gradient.getDouble(0, i % 5, 6, 1));
                }
                assertThat(edges).isZero();
                assertThat(norm(gradient)).isPositive();
            }
        }
    }

    @Test
    void refusesImpossibleWindowsAndSmallImages() {
        assertThatThrownBy(() -> new AveragePooling2D(0))
                .hasMessage("AveragePooling2D: expected window and stride >= 1, got window 0 x 0, stride 0 x 0");
        assertThatThrownBy(() -> new ScaledAveragePooling2D(2, -1))
                .hasMessageStartingWith("ScaledAveragePooling2D: expected window and stride >= 1");
        assertThatThrownBy(() -> new MaxPooling2D(2, 2, 2))
                .hasMessage("MaxPooling2D: expected padding >= 0 and below the window 2 x 2, got 2");
        assertThatThrownBy(() -> new MaxPooling2D(5, 2, 1).outputShape(Shape.of(2, 9, 1)))
                .hasMessage("MaxPooling2D: expected input [batch, height, width, channels] of at least 3 x 3, got"
                        + " [batch, 2, 9, 1]");
        assertThatThrownBy(() -> new ScaledAveragePooling2D(2).outputShape(Shape.of(16)))
                .hasMessageContaining("got [batch, 16]");
        assertThatThrownBy(() -> new ScaledGlobalL2NormPooling2D().outputShape(Shape.of(16)))
                .hasMessage("ScaledGlobalL2NormPooling2D: expected input [batch, height, width, channels], got"
                        + " [batch, 16]");
    }

    private static double norm(INDArray array) {
        return Math.sqrt(dot(array, array));
    }

    private static CondensedNetwork network(Layer layer, Shape input, DataType type) {
        return Network.initialize(
                        Architecture.builder(input).add("layer", layer).build(), type, 1)
                .condense();
    }
}
