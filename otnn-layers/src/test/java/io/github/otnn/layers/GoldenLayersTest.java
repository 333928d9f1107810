package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GoldenLayersTest {
    static Stream<Golden> layers() {
        return Golden.read(GoldenLayersTest.class, "layers.json")
                .get("layers")
                .elements()
                .filter(golden -> layer(golden).isPresent());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void outputAndInputGradientMatchGoldenValues(Golden golden) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            INDArray input = golden.get("input").array(type);
            Architecture architecture = Architecture.builder(Shape.ofSample(input.shape()))
                    .add("layer", layer(golden).orElseThrow())
                    .build();
            Map<String, INDArray> weights = new HashMap<>();
            golden.get("weights")
                    .names()
                    .forEach(name -> weights.put(
                            "layer/" + inner(golden, name),
                            golden.get("weights").get(name).array(type)));
            if (golden.get("type").text().equals("batch_centering")) {
                weights.put("layer/runningMean", golden.get("running_mean").array(type));
            }
            CondensedNetwork network = CondensedNetwork.of(architecture, type, weights);
            try (Pass pass = network.evaluate(input)) {
                assertClose(pass.output(), golden.get("output"), Tolerances.golden(type));
                INDArray cotangent = golden.get("cotangent").array(type);
                assertClose(pass.inputGradient(cotangent), golden.get("input_gradient"), Tolerances.golden(type));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void smallNetworkMatchesGoldenValues(DataType type) {
        Golden golden = Golden.read(GoldenLayersTest.class, "network.json");
        CondensedNetwork network = goldenNetwork(golden, type);
        INDArray inputs = golden.get("inputs").array(type);
        try (Pass pass = network.evaluate(inputs)) {
            assertClose(pass.output(), golden.get("logits"), Tolerances.golden(type));
            double[] expected = golden.get("logit_gradients").values();
            for (int k = 0; k < 4; k++) {
                INDArray cotangent = pass.output().mul(0);
                cotangent.getColumn(k).addi(1);
                double[] gradient = new double[expected.length / 4];
                int perImage = 8 * 8 * 3;
                for (int i = 0; i < 5; i++) {
                    System.arraycopy(expected, (i * 4 + k) * perImage, gradient, i * perImage, perImage);
                }
                assertClose(
                        io.github.otnn.core.tensor.Tensors.toDoubles(pass.inputGradient(cotangent)),
                        gradient,
                        Tolerances.golden(type));
            }
        }
    }

    static CondensedNetwork goldenNetwork(Golden golden, DataType type) {
        Architecture architecture = Architecture.builder(Shape.of(8, 8, 3))
                .add("conv1", new SpectralConv2D(8, 3))
                .add("sort1", new GroupSort2())
                .add("conv2", new SpectralConv2D(8, 3, 2, Padding.SAME))
                .add("sort2", new GroupSort2())
                .add("pool", new L2NormPooling2D(2))
                .add("flat", new Flatten())
                .add("dense1", new SpectralDense(16))
                .add("sort3", new GroupSort2())
                .add("dense2", new SpectralDense(4))
                .build();
        Map<String, INDArray> weights = new HashMap<>();
        golden.get("weights")
                .names()
                .forEach(name -> weights.put(
                        name.replace('_', '/'), golden.get("weights").get(name).array(type)));
        return CondensedNetwork.of(architecture, type, weights);
    }

    private static Optional<Layer> layer(Golden golden) {
        Golden params = golden.get("params");
        return switch (golden.get("type").text()) {
            case "dense" ->
                Optional.of(new SpectralDense((int) golden.get("output").shape()[1]));
            case "conv2d" -> convolution(golden, params);
            case "group_sort" -> {
                int size = params.get("group_size").integer();
                yield Optional.of(size == 2 ? new GroupSort2() : new GroupSort(size));
            }
            case "max_min" -> Optional.of(new MaxMin());
            case "householder" -> Optional.of(new Householder());
            case "scaled_avg_pool" -> Optional.of(scaledAverage(params));
            case "global_l2_norm_pool" -> Optional.of(new ScaledGlobalL2NormPooling2D());
            case "invertible_down_sampling" ->
                Optional.of(new InvertibleDownSampling(params.get("block").integer()));
            case "invertible_up_sampling" ->
                Optional.of(new InvertibleUpSampling(params.get("block").integer()));
            case "layer_centering" -> Optional.of(new LayerCentering());
            case "batch_centering" -> golden.has("running_mean") ? Optional.of(new BatchCentering()) : Optional.empty();
            case "residual", "residual_sigmoid" -> Optional.of(residual(golden));
            case "full_sort" -> Optional.of(new FullSort());
            case "l2_norm_pool" -> Optional.of(new L2NormPooling2D(2));
            case "scaled_global_avg_pool" -> Optional.of(new ScaledGlobalAveragePooling2D());
            default -> Optional.empty();
        };
    }

    private static Layer scaledAverage(Golden params) {
        double[] pool = params.get("pool").values();
        double[] stride = params.get("stride").values();
        return new ScaledAveragePooling2D((int) pool[0], (int) pool[1], (int) stride[0], (int) stride[1]);
    }

    private static Layer residual(Golden golden) {
        int channels = (int) golden.get("output").shape()[3];
        return new LipschitzResidual(
                List.of(new SpectralConv2D(channels, 3), new GroupSort2()),
                List.of(),
                golden.get("type").text().equals("residual")
                        ? LipschitzResidual.Mix.HALF
                        : LipschitzResidual.Mix.LEARNED);
    }

    /** Name of a weight within the layer. */
    private static String inner(Golden golden, String name) {
        if (!golden.get("type").text().startsWith("residual")) {
            return name;
        }
        return name.equals("a") ? "mix" : "branch0." + name;
    }

    private static Optional<Layer> convolution(Golden golden, Golden params) {
        int filters = (int) golden.get("output").shape()[3];
        Padding padding = switch (params.get("padding").text()) {
            case "valid" -> Padding.VALID;
            case "circular" -> Padding.CIRCULAR;
            default -> Padding.SAME;
        };
        int kernel = params.get("kernel_size").integer();
        return Optional.of(
                new SpectralConv2D(filters, kernel, params.get("stride").integer(), padding));
    }
}
