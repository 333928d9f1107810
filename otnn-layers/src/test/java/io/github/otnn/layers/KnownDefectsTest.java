package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.ConvolutionAxis;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LipschitzTarget;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Faults that other libraries had, one test each. */
class KnownDefectsTest {
    private static final double AT_MOST_ONE = 1 + Tolerances.BOUND_SLACK;

    /** out = k k in makes the reshaped kernel an isometry of patches: the overlap is then attained. */
    @ParameterizedTest
    @CsvSource({"28,3,1.0244", "14,3,1.05", "7,3,1.1053", "28,5,1.0448", "28,7,1.0652", "7,7,1.3243"})
    void theMeanOverlapIsNoBoundButTheLargestIs(int size, int kernel, double published) {
        Shape input = Shape.of(size, size, 1);
        SpectralConv2D layer = new SpectralConv2D(kernel * kernel, kernel);
        double legacy = bound(input, layer.withScaling(ConvolutionScaling.LEGACY_MEAN));
        assertThat(legacy).isCloseTo(published, within(1e-4));
        assertThat(bound(input, layer)).isLessThanOrEqualTo(AT_MOST_ONE);
    }

    @ParameterizedTest
    @EnumSource(Padding.class)
    void widenedKernelsStayAtMostOneForEveryPaddingStrideAndDilation(Padding padding) {
        for (int size : new int[] {7, 8, 14}) {
            for (int kernel : new int[] {3, 5}) {
                for (int stride = 1; stride <= 3; stride++) {
                    for (int dilation = 1; dilation <= 2; dilation++) {
                        ConvolutionWindow window = ConvolutionWindow.square(kernel)
                                .withStride(stride)
                                .withDilation(dilation)
                                .withPadding(padding);
                        Shape input = Shape.of(size, size, 1);
                        if (window.rows().fits(size)) {
                            assertThat(bound(input, new SpectralConv2D(kernel * kernel, window)))
                                    .as(window.describe() + " on " + size)
                                    .isLessThanOrEqualTo(AT_MOST_ONE);
                        }
                    }
                }
            }
        }
        assertThat(bound(Shape.of(14, 14, 3), new SpectralConv2D(28, 3, 1, padding)))
                .isLessThanOrEqualTo(AT_MOST_ONE);
    }

    /** ceil(k / stride) alone would let stride 2 with dilation 2 through at 1.5, and circles that the stride does not divide. */
    @Test
    void readsAreCountedWhereTheShortRuleFails() {
        assertThat(axis(3, 2, 2, Padding.SAME).mostUses(12)).isEqualTo(3);
        assertThat(axis(3, 2, 1, Padding.SAME).mostUses(12)).isEqualTo(2);
        assertThat(axis(3, 2, 1, Padding.CIRCULAR).mostUses(12)).isEqualTo(2);
        int counted = 0;
        for (Padding padding : Padding.values()) {
            for (int kernel = 1; kernel <= 7; kernel++) {
                for (int stride = 1; stride <= 3; stride++) {
                    for (int dilation = 1; dilation <= 3; dilation++) {
                        for (int size = 1; size <= 20; size++) {
                            WindowAxis axis = axis(kernel, stride, dilation, padding);
                            if (axis.fits(size)) {
                                ConvolutionAxis placed = axis.on(size);
                                assertThat(placed.mostUses()).isLessThanOrEqualTo(axis.mostUses(size));
                                counted += placed.mostUses() == axis.mostUses(size) ? 1 : 0;
                            }
                        }
                    }
                }
            }
        }
        assertThat(counted).as("settings where the bound is attained").isGreaterThan(2000);
        assertThat(Padding.values())
                .as("reflecting and replicating borders read some pixels more often than any rule says")
                .hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"1,64,3", "3,64,5", "64,1,3"})
    void transposedConvolutionsStayFiniteBoundedAndOfTheirShape(int filters, int channels, int kernel) {
        Shape input = Shape.of(4, 4, channels);
        SpectralConvTranspose2D layer = new SpectralConvTranspose2D(
                filters, ConvolutionWindow.square(kernel).withStride(2));
        Network network = ConvolutionNormsTest.trained(input, layer, 5);
        CondensedNetwork condensed = network.condense();
        assertThat(condensed.weight("layer/kernel").shape()).containsExactly(kernel, kernel, filters, channels);
        Tensors.requireFinite("kernel", condensed.weight("layer/kernel"));
        assertThat(bound(condensed)).isLessThanOrEqualTo(AT_MOST_ONE);
    }

    @Test
    void transposedConvolutionIsTheAdjointOfTheConvolutionWithItsKernel() {
        ConvolutionWindow window = ConvolutionWindow.square(3).withStride(2);
        Network network = ConvolutionNormsTest.trained(Shape.of(3, 4, 5), new SpectralConvTranspose2D(2, window), 1);
        CondensedNetwork transposed = network.condense();
        CondensedNetwork forward = CondensedNetwork.of(
                Architecture.builder(Shape.of(5, 7, 2))
                        .add("layer", new SpectralConv2D(5, window))
                        .build(),
                DataType.FLOAT,
                Map.of(
                        "layer/kernel",
                        transposed.weight("layer/kernel"),
                        "layer/bias",
                        Tensors.zeros(DataType.FLOAT, 5)));
        assertClose(WrittenOut.matrix(transposed), WrittenOut.matrix(forward).transpose(), Tolerances.F64_REORDERED);
    }

    /** 1 / k instead of 1 / sqrt(k) would leave .577, .447 and .707. */
    @ParameterizedTest
    @CsvSource({"3,1", "5,1", "3,2"})
    void convolutionAlongOneAxisReachesItsConstant(int kernel, int stride) {
        SpectralConv1D layer =
                new SpectralConv1D(kernel, ConvolutionWindow.line(kernel).withStride(1, stride));
        assertThat(WrittenOut.norm(network(Shape.of(12, 1), layer))).isBetween(1 - 1e-5, AT_MOST_ONE);
    }

    @ParameterizedTest
    @EnumSource(ConvolutionScaling.class)
    void theCoefficientReachesTheWeights(ConvolutionScaling scaling) {
        ConvolutionWindow window = ConvolutionWindow.square(3).withPadding(Padding.CIRCULAR);
        SpectralOrthogonal constraint = SpectralOrthogonal.rebased();
        List<LipschitzTarget> layers = List.of(
                new SpectralConv2D(9, window, constraint, scaling, 1),
                new SpectralConv1D(3, ConvolutionWindow.line(3).withPadding(Padding.CIRCULAR), constraint, scaling, 1),
                new SpectralConvTranspose2D(1, window, constraint, scaling, 1));
        for (LipschitzTarget layer : layers) {
            Shape input = layer instanceof SpectralConv1D
                    ? Shape.of(6, 1)
                    : layer instanceof SpectralConv2D ? Shape.of(5, 5, 1) : Shape.of(5, 5, 9);
            double norm = WrittenOut.norm(network(input, layer.withLipschitz(0.3)));
            assertThat(norm).as(layer.toString()).isCloseTo(0.3, within(1e-5));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ConvolutionScaling.class,
            names = {"OVERLAP_BOUND", "OPERATOR_NORM"})
    void hugeStepsLeaveNeitherNaNNorAConstantAboveOne(ConvolutionScaling scaling) {
        Shape input = Shape.of(7, 7, 3);
        List<Consumer<INDArray>> jumps = List.of(
                raw -> raw.muli(10),
                raw -> raw.addi(gaussian(DataType.FLOAT, 1, 27, 1)
                        .mmul(gaussian(DataType.FLOAT, 2, 1, 8))
                        .mul(100)),
                raw -> raw.getColumn(3).muli(1e4),
                raw -> raw.muli(1e-4));
        for (Consumer<INDArray> jump : jumps) {
            Network network = ConvolutionNormsTest.trained(input, new SpectralConv2D(8, 3).withScaling(scaling), 1);
            network.move(raw ->
                    jump.accept(Tensors.matrix(network.parameters().get(0).raw())));
            CondensedNetwork condensed = network.condense();
            Tensors.requireFinite("kernel", condensed.weight("layer/kernel"));
            assertThat(bound(condensed)).isLessThanOrEqualTo(AT_MOST_ONE);
        }
    }

    @ParameterizedTest
    @EnumSource(ConvolutionScaling.class)
    void kernelOfZerosStaysFinite(ConvolutionScaling scaling) {
        Shape input = Shape.of(7, 7, 3);
        Network network = ConvolutionNormsTest.trained(input, new SpectralConv2D(8, 3).withScaling(scaling), 1);
        network.move(raw -> raw.assign(0));
        CondensedNetwork condensed = network.condense();
        Tensors.requireFinite("kernel", condensed.weight("layer/kernel"));
        assertThat(bound(condensed)).isLessThanOrEqualTo(AT_MOST_ONE);
        network.backward(network.forward(gaussian(DataType.FLOAT, 1, input.batch(2))));
        network.pullBackGradients();
        Tensors.requireFinite("gradient", network.rawGradient());
    }

    @ParameterizedTest
    @EnumSource(ConvolutionScaling.class)
    void condensingRightAfterAStepUsesTheNewWeights(ConvolutionScaling scaling) {
        Shape input = Shape.of(6, 6, 2);
        Network network = ConvolutionNormsTest.trained(input, new SpectralConv2D(4, 3).withScaling(scaling), 2);
        CondensedNetwork before = network.condense();
        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 5, raw.length())));
        CondensedNetwork after = network.condense();
        INDArray images = gaussian(DataType.FLOAT, 6, input.batch(2));
        network.forward(images);
        assertSameBits(network.condense().predict(images), after.predict(images));
        assertThat(after.predict(images)
                        .sub(before.predict(images))
                        .norm2Number()
                        .doubleValue())
                .isGreaterThan(0.1);
    }

    static List<Layer> denseLayers() {
        return List.of(
                new SpectralDense(4),
                new SpectralDense(4, SpectralOrthogonal.kept()),
                new SpectralDense(4, new CholeskyOrthogonal()),
                new SpectralDense(4, new SpectralNormalized(), 0.5),
                new FrobeniusDense(4),
                new UnitNormDense(4),
                new LipschitzResidual(List.of(new SpectralDense(5), new GroupSort(5))));
    }

    @ParameterizedTest
    @MethodSource("denseLayers")
    void condensingADenseLayerRightAfterAStepUsesTheNewWeightsToo(Layer layer) {
        Network network = ConvolutionNormsTest.trained(Shape.of(5), layer, 2);
        INDArray x = gaussian(DataType.FLOAT, 6, 3, 5);
        INDArray before = network.condense().predict(x);
        network.move(raw -> raw.addi(gaussian(DataType.FLOAT, 5, raw.length())));
        CondensedNetwork after = network.condense();
        INDArray forward = network.forward(x).dup('c');
        assertClose(after.predict(x), forward, Tolerances.F32_GOLDEN);
        assertThat(after.predict(x).sub(before).norm2Number().doubleValue()).isGreaterThan(0.1);
    }

    /** A bias, or what an activation does to it, would change the matrix that an impulse writes out. */
    @ParameterizedTest
    @MethodSource("denseLayers")
    void biasesAreNoPartOfWhatTheAuditMeasures(Layer layer) {
        Network network = ConvolutionNormsTest.trained(Shape.of(5), layer, 1);
        double before = bound(network.condense());
        network.parameters().stream()
                .filter(parameter -> parameter.name().endsWith("bias"))
                .forEach(bias -> network.move(raw -> bias.raw().assign(100)));
        assertThat(bound(network.condense())).isCloseTo(before, within(Tolerances.BOUND_SLACK));
        assertThat(before).isLessThanOrEqualTo(2 * AT_MOST_ONE);
    }

    @Test
    void networksWithoutTheirRunningStatisticsAreRefused() {
        Shape input = Shape.of(3);
        Architecture architecture = Architecture.builder(input)
                .add("block", new LipschitzResidual(List.of(new SpectralDense(3), new BatchCentering())))
                .build();
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 1).condense();
        Map<String, INDArray> weights = new HashMap<>();
        for (String name : List.of("branch0.weight", "branch0.bias", "branch1.bias")) {
            weights.put("block/" + name, network.weight("block/" + name));
        }
        assertThatThrownBy(() -> CondensedNetwork.of(architecture, DataType.FLOAT, weights))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight 'block/branch1.runningMean' is missing");
        weights.put("block/branch1.runningMean", Tensors.of(DataType.FLOAT, new double[] {1, 2, 3}, 3));
        CondensedNetwork whole = CondensedNetwork.of(architecture, DataType.FLOAT, weights);
        whole.predict(gaussian(DataType.FLOAT, 1, 4, 3));
        assertThat(Tensors.toDoubles(whole.weight("block/branch1.runningMean"))).containsExactly(1, 2, 3);
    }

    private static CondensedNetwork network(Shape input, Layer layer) {
        return ConvolutionNormsTest.trained(input, layer, 0).condense();
    }

    private static double bound(Shape input, Layer layer) {
        return bound(network(input, layer));
    }

    private static double bound(CondensedNetwork network) {
        return network.bound(network.architecture().stages().get(0)).vector();
    }

    private static WindowAxis axis(int kernel, int stride, int dilation, Padding padding) {
        return new WindowAxis(kernel, stride, dilation, padding);
    }
}
