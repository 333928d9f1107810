package io.github.otnn.layers.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.WeightFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.BatchCentering;
import io.github.otnn.layers.BatchNormalization;
import io.github.otnn.layers.Conv2D;
import io.github.otnn.layers.ConvolutionWindow;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.FrobeniusConv2D;
import io.github.otnn.layers.FrobeniusDense;
import io.github.otnn.layers.FullSort;
import io.github.otnn.layers.GroupSort;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.Householder;
import io.github.otnn.layers.InvertibleDownSampling;
import io.github.otnn.layers.InvertibleUpSampling;
import io.github.otnn.layers.L2NormPooling2D;
import io.github.otnn.layers.LPReLU;
import io.github.otnn.layers.LayerCentering;
import io.github.otnn.layers.LipschitzResidual;
import io.github.otnn.layers.MaxMin;
import io.github.otnn.layers.Padding;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.ScaledAveragePooling2D;
import io.github.otnn.layers.ScaledGlobalL2NormPooling2D;
import io.github.otnn.layers.SpectralConv1D;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralConvTranspose2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.layers.UnitNormDense;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files in {@code pytorch/} were written by {@code otnn-examples/compare/export_torchlip.py fixtures}. */
class PyTorchImportTest {
    private static final ConvolutionWindow STRIDED = ConvolutionWindow.square(3).withStride(2);

    /** float32 in two libraries, on logits of size 1. */
    private static final double SAME_LOGITS = 1e-5;

    @TempDir
    private Path folder;

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchImportTest.class.getResource("/pytorch/" + name), name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Map<String, INDArray> arrays(String name) throws IOException {
        return new LinkedHashMap<>(WeightFile.read(file(name), array -> !array.endsWith("num_batches_tracked"))
                .arrays());
    }

    static Architecture cnn() {
        return Architecture.of(
                Shape.of(8, 8, 2),
                new SpectralConv2D(4, 3),
                new GroupSort2(),
                new L2NormPooling2D(2),
                new SpectralConv2D(6, STRIDED),
                new GroupSort2(),
                new Flatten(),
                new SpectralDense(8),
                new GroupSort2(),
                new UnitNormDense(3));
    }

    static Architecture mlp() {
        return Architecture.of(
                Shape.of(6),
                new SpectralDense(8),
                new FullSort(),
                new SpectralDense(8),
                new FullSort(),
                new UnitNormDense(3));
    }

    private static void assertSameLogits(PyTorchImport imported, String network) throws IOException {
        Map<String, INDArray> reference = arrays(network + ".reference.npz");
        double[] expected = Tensors.toDoubles(reference.get("logits"));
        double[] actual =
                Tensors.toDoubles(imported.network().predict(PyTorchImport.channelsLast(reference.get("inputs"))));
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(SAME_LOGITS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cnn.safetensors", "cnn.npz"})
    void aConvolutionalNetworkOfTorchlipGivesItsLogits(String name) throws Exception {
        PyTorchImport imported = PyTorchImport.read(file(name), cnn());
        assertSameLogits(imported, "cnn");
        assertThat(imported.sources())
                .containsEntry("spectralConv2D2/kernel", "3.weight")
                .containsEntry("unitNormDense1/bias", "8.bias")
                .hasSize(8);
        assertThat(imported.audit().logitBound()).isBetween(.42, .43);
    }

    @Test
    void bothFormatsGiveTheSameBits() throws Exception {
        var one = PyTorchImport.read(file("cnn.safetensors"), cnn()).network();
        var other = PyTorchImport.read(file("cnn.npz"), cnn()).network();
        for (String name : one.weightNames()) {
            assertThat(Tensors.toFloats(one.weight(name))).isEqualTo(Tensors.toFloats(other.weight(name)));
        }
    }

    @Test
    void ordinaryLayersTakeTheSameWeights() throws Exception {
        Architecture plain = Architecture.of(
                Shape.of(8, 8, 2),
                new Conv2D(4, ConvolutionWindow.square(3)),
                new GroupSort2(),
                new L2NormPooling2D(2),
                new Conv2D(6, STRIDED),
                new GroupSort2(),
                new Flatten(),
                new Dense(8),
                new GroupSort2(),
                new Dense(3));
        assertSameLogits(PyTorchImport.read(file("cnn.safetensors"), plain), "cnn");
    }

    @Test
    void everyLayerThatPyTorchHasToo() throws Exception {
        Architecture mixed = Architecture.of(
                Shape.of(8, 8, 2),
                new Conv2D(4, ConvolutionWindow.square(3)),
                new BatchNormalization(),
                new LPReLU(),
                new InvertibleDownSampling(2),
                new Householder(),
                new SpectralConvTranspose2D(3, STRIDED),
                new BatchCentering(),
                new LayerCentering(),
                new MaxMin(),
                new ScaledAveragePooling2D(2, 2),
                new ReLU(),
                new Flatten(),
                new Dense(3));
        PyTorchImport imported = PyTorchImport.read(file("mixed.safetensors"), mixed);
        assertSameLogits(imported, "mixed");
        assertThat(imported.sources())
                .containsEntry("conv2D1/bias", "zeros")
                .containsEntry("batchNormalization1/runningVariance", "1.running_var")
                .containsEntry("batchCentering1/runningMean", "zeros");
    }

    @Test
    void everyPaddingAndSort() throws Exception {
        ConvolutionWindow three = ConvolutionWindow.square(3);
        Architecture paddings = Architecture.of(
                Shape.of(4, 4, 8),
                new SpectralConv2D(8, three.withPadding(Padding.CIRCULAR)),
                new GroupSort(4),
                new InvertibleUpSampling(2),
                new Conv2D(4, three.withDilation(2)),
                new FullSort(),
                new Conv2D(4, ConvolutionWindow.square(2).withPadding(Padding.SAME_UPPER)),
                new FrobeniusConv2D(6, three.withPadding(Padding.VALID)),
                new ScaledGlobalL2NormPooling2D(),
                new FrobeniusDense(3));
        assertSameLogits(PyTorchImport.read(file("paddings.safetensors"), paddings), "paddings");
    }

    @Test
    void seriesAndASlopeForAllChannels() throws Exception {
        Architecture series = Architecture.of(
                Shape.of(12, 2),
                new SpectralConv1D(4, 5),
                new GroupSort2(),
                new SpectralConv1D(6, ConvolutionWindow.line(3).withStride(1, 2)),
                new LPReLU(),
                new Flatten(),
                new SpectralDense(3));
        assertSameLogits(PyTorchImport.read(file("series.safetensors"), series), "series");
    }

    @Test
    void namesThatTellNoOrderNeedAMap() throws Exception {
        assertThatThrownBy(() -> PyTorchImport.read(file("mlp.safetensors"), mlp()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("the names of the modules [again, first, last] do not tell their order; expected"
                        + " numbers, as in torch.nn.Sequential, or a map from our layers"
                        + " [spectralDense1, spectralDense2, unitNormDense1] to them");
        Map<String, String> names =
                Map.of("spectralDense1", "first", "spectralDense2", "again", "unitNormDense1", "last");
        assertSameLogits(PyTorchImport.read(file("mlp.safetensors"), mlp(), names), "mlp");
        Map<String, String> single = new LinkedHashMap<>(names);
        single.put("spectralDense1/bias", "first.bias");
        assertSameLogits(PyTorchImport.read(file("mlp.safetensors"), mlp(), single), "mlp");
    }

    @Test
    void modulesBeyondNineComeBehindTheOthers() throws Exception {
        Map<String, INDArray> renumbered = new LinkedHashMap<>();
        arrays("cnn.npz").forEach((name, array) -> {
            int dot = name.indexOf('.');
            renumbered.put("features." + 4 * Integer.parseInt(name.substring(0, dot)) + name.substring(dot), array);
        });
        assertSameLogits(PyTorchImport.of(cnn(), renumbered), "cnn");
    }

    @Test
    void residualBlocksAreModulesOfTheirOwn() {
        Layer block = new LipschitzResidual(
                List.of(new Dense(2), new ReLU(), new Dense(2)), List.of(), LipschitzResidual.Mix.LEARNED);
        Architecture residual = Architecture.of(Shape.of(2), block);
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        arrays.put("1.weight", Tensors.of(new float[] {1, 2, 3, 4}, 2, 2));
        arrays.put("2.weight", Tensors.of(new float[] {1, 0, 0, -1}, 2, 2));
        arrays.put("3.alpha", Tensors.of(new float[] {(float) Math.log(3)}, 1));
        PyTorchImport imported = PyTorchImport.of(residual, arrays);
        assertThat(imported.sources())
                .containsEntry("lipschitzResidual1/branch0.weight", "1.weight")
                .containsEntry("lipschitzResidual1/branch2.bias", "zeros")
                .containsEntry("lipschitzResidual1/mix", "3.alpha");
        // 3/4 of (1, 1), 1/4 of (3, -7)
        INDArray output = imported.network().predict(Tensors.of(new float[] {1, 1}, 1, 2));
        assertThat(Tensors.toDoubles(output)[0]).isEqualTo(1.5, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(Tensors.toDoubles(output)[1]).isEqualTo(-1, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void givenArraysAreLeftUntouchedAndMayBeDoubles() throws Exception {
        Map<String, INDArray> arrays = arrays("cnn.npz");
        Map<String, INDArray> doubles = new LinkedHashMap<>();
        Map<String, double[]> before = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            doubles.put(name, array.castTo(DataType.DOUBLE).dup('f'));
            before.put(name, Tensors.toDoubles(array));
        });
        PyTorchImport imported = PyTorchImport.of(cnn(), doubles);
        assertThat(imported.network().type()).isEqualTo(DataType.DOUBLE);
        assertSameLogits(imported, "cnn");
        doubles.forEach((name, array) -> assertThat(Tensors.toDoubles(array)).isEqualTo(before.get(name)));
    }

    @Test
    void exportedWeightsComeBackWithTheirBounds() throws Exception {
        PyTorchImport imported = PyTorchImport.read(file("cnn.safetensors"), cnn());
        Path exported = folder.resolve("export.safetensors");
        WeightFile.of(imported.network()).write(exported);
        try (WeightFile again = WeightFile.read(exported)) {
            assertThat(Double.parseDouble(again.metadata().get("otnn.bound.logit")))
                    .isEqualTo(imported.audit().logitBound());
            assertThat(again.metadata()).containsKeys("otnn.library", "otnn.bound.vector");
            assertThat(again.arrays().keySet())
                    .containsExactlyInAnyOrderElementsOf(imported.network().weightNames());
            again.arrays()
                    .forEach((name, array) -> assertThat(Tensors.toFloats(array))
                            .isEqualTo(Tensors.toFloats(imported.network().weight(name))));
        }
    }
}
