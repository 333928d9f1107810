package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.RecordCatalog;
import io.github.otnn.core.io.Verification;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.NetworkState;
import io.github.otnn.core.network.Parametrization;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every layer keeps when it goes to a file and comes back, over all cases of {@link LayerCase}. */
class LayerFilesTest {
    private static final RecordCatalog CATALOG = LayerCatalog.standard();

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void modelComesBackWithEqualLogitsAndEqualBytes(LayerCase layerCase) throws Exception {
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Network network = Network.initialize(layerCase.architecture(), type, 42);
            network.move(raw -> raw.addi(gaussian(type, 1, raw.length()).muli(0.1)));
            observe(network, layerCase, type);
            CondensedNetwork condensed = network.condense();
            byte[] bytes = ModelFile.of(condensed, ModelDescription.none()).toBytes(CATALOG);
            ModelFile read = ModelFile.fromBytes(bytes, CATALOG, Verification.VERIFY);
            INDArray input = gaussian(type, 2, layerCase.input().batch(3));
            assertThat(read.network().architecture()).isEqualTo(condensed.architecture());
            assertSameBits(read.network().predict(input), condensed.predict(input));
            assertThat(read.toBytes(CATALOG)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.otnn.layers.LayerCase#all")
    void storedNetworkGoesOnBitForBit(LayerCase layerCase) {
        DataType type = DataType.FLOAT;
        for (int at : new int[] {0, 3}) {
            Network network = Network.initialize(layerCase.architecture(), type, 42);
            steps(network, layerCase, type, 0, at);
            NetworkState state = network.state();
            steps(network, layerCase, type, at, 6);

            Network restored = Network.initialize(layerCase.architecture(), type, 43);
            steps(restored, layerCase, type, 7, 9);
            restored.restore(state);
            steps(restored, layerCase, type, at, 6);
            assertSameBits(restored.rawWeights(), network.rawWeights());
            INDArray input = gaussian(type, 2, layerCase.input().batch(3));
            assertSameBits(
                    restored.condense().predict(input), network.condense().predict(input));
        }
    }

    private static void steps(Network network, LayerCase layerCase, DataType type, int from, int to) {
        for (int step = from; step < to; step++) {
            network.clearGradients();
            INDArray output =
                    network.forward(gaussian(type, 10 + step, layerCase.input().batch(3)));
            network.backward(gaussian(type, 20 + step, output.shape()));
            network.pullBackGradients();
            network.move(raw -> raw.subi(network.rawGradient().mul(0.3)));
        }
    }

    private static void observe(Network network, LayerCase layerCase, DataType type) {
        network.clearGradients();
        INDArray output = network.forward(gaussian(type, 3, layerCase.input().batch(4)));
        network.backward(output.dup());
        network.pullBackGradients();
    }

    @Test
    void everyLayerAndParametrizationIsInTheCatalog() throws Exception {
        Path classes = Path.of(LayerCatalog.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve(LayerCatalog.class.getPackageName().replace('.', '/'));
        List<Class<?>> settings = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.matches("[A-Za-z0-9]+\\.class")) {
                    continue;
                }
                Class<?> type = Class.forName(LayerCatalog.class.getPackageName() + "." + name.replace(".class", ""));
                boolean setting = Layer.class.isAssignableFrom(type) || Parametrization.class.isAssignableFrom(type);
                if (setting && Modifier.isPublic(type.getModifiers()) && !type.isInterface()) {
                    settings.add(type);
                }
            }
        }
        assertThat(settings).contains(SpectralDense.class, UnitColumns.class);
        assertThat(CATALOG.types()).containsAll(settings);
    }
}
