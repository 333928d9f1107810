package io.github.otnn.layers.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.layers.BatchCentering;
import io.github.otnn.layers.BatchNormalization;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.LPReLU;
import io.github.otnn.layers.LipschitzResidual;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.Reshape;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays and architectures that do not fit, with what is said of them. */
class PyTorchRefusalsTest {
    @Test
    void mapsThatDoNotFitSaySo() {
        assertThatThrownBy(() -> PyTorchImport.read(
                        PyTorchImportTest.file("mlp.safetensors"),
                        PyTorchImportTest.mlp(),
                        Map.of("spectralDense1", "first")))
                .hasMessageEndingWith("names: expected one for each layer with weights, got none for 'spectralDense2';"
                        + " names are given for [spectralDense1]");
        Map<String, String> names = new LinkedHashMap<>();
        names.put("spectralDense1", "first");
        names.put("spectralDense2", "first");
        names.put("unitNormDense1", "last");
        assertThatThrownBy(() ->
                        PyTorchImport.read(PyTorchImportTest.file("mlp.safetensors"), PyTorchImportTest.mlp(), names))
                .hasMessageEndingWith(
                        "array 'first.weight' for 'spectralDense2/weight' is the source of another one already");
        names.put("spectralDense2", "second");
        assertThatThrownBy(() ->
                        PyTorchImport.read(PyTorchImportTest.file("mlp.safetensors"), PyTorchImportTest.mlp(), names))
                .hasMessageContaining("array 'second.weight' for 'spectralDense2/weight' is missing; there are [");
        names.put("spectralDense2", "again");
        names.put("spectralDense2/bias", "again.offset");
        assertThatThrownBy(() ->
                        PyTorchImport.read(PyTorchImportTest.file("mlp.safetensors"), PyTorchImportTest.mlp(), names))
                .hasMessageContaining("array 'again.offset' for 'spectralDense2/bias' is missing");
        names.remove("spectralDense2/bias");
        names.put("fullSort1", "sort");
        assertThatThrownBy(() ->
                        PyTorchImport.read(PyTorchImportTest.file("mlp.safetensors"), PyTorchImportTest.mlp(), names))
                .hasMessageEndingWith("names: [fullSort1] are no layers with weights; expected"
                        + " [spectralDense1, spectralDense2, unitNormDense1], or layer/parameter");
    }

    private static PyTorchImport altered(String name, INDArray array) throws IOException {
        Map<String, INDArray> arrays = PyTorchImportTest.arrays("cnn.npz");
        arrays.put(name, array);
        return PyTorchImport.of(PyTorchImportTest.cnn(), arrays);
    }

    @Test
    void whatDoesNotFitSaysWhatWasExpectedAndFound() {
        assertThatThrownBy(() -> altered("3.weight", Tensors.zeros(DataType.FLOAT, 6, 4, 5, 5)))
                .hasMessage("'spectralConv2D2/kernel' from '3.weight': expected [6, 4, 3, 3] for a kernel [3, 3, 4, 6],"
                        + " got [6, 4, 5, 5]");
        assertThatThrownBy(() -> altered("6.weight", Tensors.zeros(DataType.FLOAT, 24, 8)))
                .hasMessage(
                        "'spectralDense1/weight' from '6.weight': expected [8, 24] for a weight [24, 8], got [24, 8]");
        assertThatThrownBy(() -> altered("0.bias", Tensors.zeros(DataType.FLOAT, 5)))
                .hasMessage("'spectralConv2D1/bias' from '0.bias': expected [4] for [4], got [5]");
        assertThatThrownBy(() -> altered("0.offset", Tensors.zeros(DataType.FLOAT, 4)))
                .hasMessageStartingWith("arrays [0.offset] belong to no layer; expected only [0.weight, 0.bias,");
        assertThatThrownBy(() -> altered("9.weight", Tensors.zeros(DataType.FLOAT, 4)))
                .hasMessage("expected a module for each of the 4 layers with weights [spectralConv2D1, spectralConv2D2,"
                        + " spectralDense1, unitNormDense1], got 5: [0, 3, 6, 8, 9]");
        INDArray notANumber = Tensors.of(new float[] {1, Float.NaN, 2}, 3);
        assertThatThrownBy(() -> altered("8.bias", notANumber))
                .hasMessage("'unitNormDense1/bias' from '8.bias': expected finite values, got NaN at [1]");
        assertThatThrownBy(() -> {
                    Map<String, INDArray> arrays = PyTorchImportTest.arrays("cnn.npz");
                    arrays.remove("8.weight");
                    PyTorchImport.of(PyTorchImportTest.cnn(), arrays);
                })
                .hasMessageContaining("array '8.weight' for 'unitNormDense1/weight' is missing");
    }

    @Test
    void slopesAndVariancesMustBeWhatTheyCanBe() {
        Architecture slopes = Architecture.of(Shape.of(2), new LPReLU());
        assertThatThrownBy(() -> PyTorchImport.of(slopes, Map.of("0.weight", Tensors.of(new float[] {1.5f, 0}, 2))))
                .hasMessage(
                        "'lPReLU1/slope' from '0.weight': expected slopes in [-1, 1] (deel-torchlip clamps them when it"
                                + " runs: clamp before saving), got 1.5");
        Architecture norm = Architecture.of(Shape.of(1), new BatchNormalization());
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
            arrays.put(name, Tensors.of(new float[] {-1}, 1));
        }
        assertThatThrownBy(() -> PyTorchImport.of(norm, arrays))
                .hasMessage(
                        "'batchNormalization1/runningVariance' from 'running_var': expected variances >= 0, got -1.0");
    }

    @Test
    void layersThatSeeAnotherOrderOfValuesAreRefused() {
        Shape image = Shape.of(2, 2, 2);
        assertThatThrownBy(() -> imported(image, new Flatten(), new GroupSort2(), new Dense(1)))
                .hasMessageStartingWith(
                        "'groupSort21' (GroupSort2) comes between Flatten and a dense layer, where PyTorch");
        assertThatThrownBy(() -> imported(image, new Flatten(), new BatchCentering(), new Dense(1)))
                .hasMessageStartingWith("'batchCentering1'");
        assertThatThrownBy(() -> imported(image, new Reshape(List.of(8L)), new ReLU()))
                .hasMessageStartingWith("the network ends in flattened images");
        assertThatThrownBy(() -> imported(image, Reshape.to(4, 1, 2), new Flatten(), new Dense(1)))
                .hasMessageStartingWith("'reshape1' (Reshape [4, 1, 2]): from [2, 2, 2] to [4, 1, 2] PyTorch takes");
        Layer inside = new LipschitzResidual(List.of(new Flatten(), Reshape.to(2, 2, 2)));
        assertThatThrownBy(() -> imported(image, inside)).hasMessageContaining("expected no Flatten or Reshape inside");
        // one channel, or one pixel, has one order
        assertThatThrownBy(() -> imported(Shape.of(2, 2, 1), new Flatten(), new GroupSort2(), new Dense(1)))
                .hasMessageContaining("got 0: []");
        assertThatThrownBy(() -> imported(Shape.of(1, 1, 4), new Flatten(), new GroupSort2(), new Dense(1)))
                .hasMessageContaining("got 0: []");
    }

    private static PyTorchImport imported(Shape input, Layer... layers) {
        return PyTorchImport.of(Architecture.of(input, layers), Map.of());
    }
}
