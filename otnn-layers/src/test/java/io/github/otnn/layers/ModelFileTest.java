package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.FileSummary;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.io.ModelFormatException;
import io.github.otnn.core.io.Provenance;
import io.github.otnn.core.io.RecordCatalog;
import io.github.otnn.core.io.Verification;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FileForge;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ModelFileTest {
    private static final RecordCatalog CATALOG = LayerCatalog.standard();

    @TempDir
    private Path folder;

    private static ModelFile model() {
        ModelDescription description = ModelDescription.none()
                .withClassNames(List.of("cat \"one\"", "dog", "löwe"))
                .withFeatureNames(List.of("a", "b"))
                .withInputScale(InputScale.dividedBy(255))
                .withLoss("softmax-hkr", Map.of("lambda", "49.0"))
                .withTraining(new Provenance("drawn", "0123", 46, -7, 3, 12, 12, "Adam"));
        return ModelFile.of(StoredRuns.network().condense(), description);
    }

    @Test
    void everythingComesBackAndTwoSavesAreEqual() throws Exception {
        Path file = folder.resolve("deep/model.otnn");
        ModelFile model = model();
        model.write(file, CATALOG);
        assertThat(Files.readAllBytes(file)).isEqualTo(model.toBytes(CATALOG));
        assertThat(Files.readAllBytes(file)).isEqualTo(model().toBytes(CATALOG));
        ModelFile read = ModelFile.read(file, CATALOG);
        assertThat(read.description()).isEqualTo(model.description());
        assertThat(read.audit()).isEqualTo(model.audit());
        assertThat(read.description().inputScale().slope()).isEqualTo(1.0 / 255);
        assertSameBits(
                read.network().predict(StoredRuns.data().features()),
                model.network().predict(StoredRuns.data().features()));
        try (Stream<Path> left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void isAZipWithArraysInTheFormatOfNumpy() throws Exception {
        Path file = folder.resolve("model.otnn");
        model().write(file, CATALOG);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(Object::toString))
                    .startsWith("otnn.json", "weights/kept/kernel.npy", "weights/kept/bias.npy")
                    .contains("weights/block/branch0.kernel.npy", "weights/centering/runningMean.npy");
            byte[] npy =
                    zip.getInputStream(zip.getEntry("weights/kept/kernel.npy")).readAllBytes();
            assertThat(new String(npy, 1, 127, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .startsWith(
                            "NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3, 1, 4), }")
                    .endsWith(" \n");
            float[] values = Tensors.toFloats(model().network().weight("kept/kernel"));
            ByteBuffer content = ByteBuffer.wrap(npy, 128, npy.length - 128).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                assertThat(content.getFloat()).isEqualTo(value);
            }
            assertThat(content.hasRemaining()).isFalse();
        }
    }

    @Test
    void weightsThatWereNotAuditedAreRefusedOrAuditedAgain() throws Exception {
        ModelFile honest = model();
        CondensedNetwork scaled = scaled(honest.network(), "rebased/kernel", 2);
        byte[] forged = new ModelFile(scaled, honest.description(), honest.audit(), honest.library()).toBytes(CATALOG);
        assertThatThrownBy(() -> ModelFile.fromBytes(forged, CATALOG, Verification.VERIFY))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("model: audit: the weights give the bound 2.00")
                .hasMessageContaining("for layer 'rebased', the file says ")
                .hasMessageEndingWith("Load it with REAUDIT if you trust its weights");
        ModelFile again = ModelFile.fromBytes(forged, CATALOG, Verification.REAUDIT);
        assertThat(again.audit().logit()).isGreaterThan(honest.audit().logit() * 1.9);
        assertThat(ModelFile.fromBytes(forged, CATALOG, Verification.TRUST).audit())
                .isEqualTo(honest.audit());
        // smaller weights are not the audited ones either
        CondensedNetwork shrunk = scaled(honest.network(), "heads/weight", 0.5);
        byte[] smaller = new ModelFile(shrunk, honest.description(), honest.audit(), "1").toBytes(CATALOG);
        assertThatThrownBy(() -> ModelFile.fromBytes(smaller, CATALOG, Verification.VERIFY))
                .hasMessageContaining("for layer 'heads', the file says ");
    }

    private static CondensedNetwork scaled(CondensedNetwork network, String weight, double factor) {
        Map<String, INDArray> weights = new java.util.HashMap<>();
        for (String name : network.weightNames()) {
            weights.put(name, network.weight(name));
        }
        weights.get(weight).muli(factor);
        return CondensedNetwork.of(network.architecture(), network.type(), weights);
    }

    /** A user's own layer, of which nobody knows a bound. */
    record Doubling(List<Integer> unused) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public INDArray forward(INDArray input, LayerPass pass) {
            return input.mul(2, pass.output(input.shape()));
        }

        @Override
        public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
            return cotangent.mul(2, pass.cotangent(input.shape()));
        }

        @Override
        public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
            return LipschitzBound.none("not proven");
        }

        @Override
        public String describe(Shape input) {
            return "Doubling";
        }
    }

    @Test
    void ownLayersGoIntoTheCatalogAndMissingBoundsIntoTheAudit() throws Exception {
        Architecture unbounded = Architecture.of(Shape.of(3), new Doubling(List.of(1, 2)), new SpectralDense(1));
        RecordCatalog catalog = CATALOG.with(Doubling.class);
        byte[] bytes = ModelFile.of(
                        Network.initialize(unbounded, DataType.DOUBLE, 1).condense(), ModelDescription.none())
                .toBytes(catalog);
        ModelFile read = ModelFile.fromBytes(bytes, catalog, Verification.VERIFY);
        assertThat(read.audit().logit()).isInfinite();
        assertThat(read.network().architecture()).isEqualTo(unbounded);
        assertThatThrownBy(() -> ModelFile.fromBytes(bytes, CATALOG, Verification.VERIFY))
                .hasMessageContaining("'Doubling' is no Layer of the catalog");
    }

    @Test
    void layersOutsideTheCatalogAreNeitherWrittenNorRead() {
        RecordCatalog small = RecordCatalog.empty().with(SpectralDense.class, SpectralOrthogonal.class);
        assertThatThrownBy(() -> model().toBytes(small))
                .hasMessage(
                        "catalog: io.github.otnn.layers.SpectralConv2D is not in it, so no file can hold it; add it with"
                                + " RecordCatalog.with(SpectralConv2D.class)");
        assertThatThrownBy(() -> ModelFile.fromBytes(model().toBytes(CATALOG), small, Verification.VERIFY))
                .hasMessageStartingWith(
                        "model: architecture.layers[0].layer: 'SpectralConv2D' is no Layer of the catalog;"
                                + " expected one of [SpectralDense]");
        assertThatThrownBy(() -> small.with(String.class))
                .hasMessage("catalog: expected a record or an enum, got java.lang.String");
    }

    @Test
    void forgedDescriptionsAreRefusedWithTheirPlace() {
        refused(
                "\"filters\": 4",
                "\"filters\": 0",
                "architecture.layers[0].layer: SpectralConv2D: filters must be >= 1, got 0");
        refused("\"filters\": 4", "\"filters\": 6", "arrays[0]: the layers ask for 'kept/kernel' FLOAT [3, 3, 1, 6]");
        refused("\"filters\": 4", "\"filters\": 4.5", "layers[0].layer.filters: expected a whole number, got 4.5");
        refused("\"filters\": 4", "\"filters\": 5000000000", "expected a 32-bit number, got 5000000000");
        refused("\"filters\": 4", "\"filter\": 4", "architecture.layers[0].layer.filters is missing");
        refused("\"filters\": 4", "\"filters\": 4, \"x\": 1", "architecture.layers[0].layer.x is unknown");
        refused("\"padding\": \"SAME\"", "\"padding\": \"MIRROR\"", "expected one of [");
        refused("\"type\": \"SpectralConv2D\"", "\"type\": \"java.lang.Runtime\"", "'java.lang.Runtime' is no Layer");
        refused("\"type\": \"SpectralConv2D\"", "\"type\": \"UnitColumns\"", "'UnitColumns' is no Layer");
        refused("\"input\": [5, 4, 1]", "\"input\": [5000, 4000, 1000]", "expected at most 16777216 values a sample");
        refused("\"input\": [5, 4, 1]", "\"input\": [5, -4, 1]", "Shape: expected positive axis sizes");
        refused("\"version\": 1", "\"version\": 2", "expected format otnn, version 1, got otnn, version 2");
        refused("\"kind\": \"model\"", "\"kind\": \"training\"", "expected a file of kind 'model', got 'training'");
        refused("\"type\": \"FLOAT\"", "\"type\": \"HALF\"", "expected FLOAT or DOUBLE, got 'HALF'");
        refused("\"shape\": [3, 3, 1, 4]", "\"shape\": [3, 3, 100000, 400]", "bytes for the arrays of the description");
        refused("\"shape\": [3, 3, 1, 4]", "\"shape\": [4, 3, 1, 3]", "arrays[0]: the layers ask for");
        refused("\"name\": \"kept/kernel\"", "\"name\": \"../../etc/x\"", "array name: expected letters");
        refused("\"factor\": [", "\"factor\": [0.0, ", "InputScale: expected as many finite offsets");
    }

    @Test
    @Timeout(10)
    void hugeWindowsAreRefusedAtOnce() {
        for (Padding padding : Padding.values()) {
            for (ConvolutionScaling scaling : ConvolutionScaling.values()) {
                for (int stride : new int[] {1, 3}) {
                    String window = "\"height\": 2147483647, \"width\": 2147483647, \"strideHeight\": " + stride
                            + ", \"strideWidth\": " + stride + ", \"dilationHeight\": 1, \"dilationWidth\": 1"
                            + ", \"padding\": \"" + padding + "\"}";
                    FileForge forge = new FileForge(model().toBytes(CATALOG));
                    String description = forge.description()
                            .replaceFirst("(?s)\"height\": 3.*?}", window)
                            .replaceFirst("OVERLAP_BOUND", scaling.name());
                    assertThat(description).contains("2147483647", scaling.name());
                    assertThatThrownBy(() -> read(forge.describe(description).seal()))
                            .isInstanceOf(ModelFormatException.class);
                }
            }
        }
    }

    private static void refused(String text, String other, String message) {
        refused(
                description -> {
                    assertThat(description).contains(text);
                    return description.replaceFirst(java.util.regex.Pattern.quote(text), other);
                },
                message);
    }

    private static void refused(UnaryOperator<String> edit, String message) {
        FileForge forge = new FileForge(model().toBytes(CATALOG));
        byte[] forged = forge.describe(edit.apply(forge.description())).seal();
        assertThatThrownBy(() -> ModelFile.fromBytes(forged, CATALOG, Verification.VERIFY))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void forgerThatChangesNothingIsNotNoticed() throws Exception {
        byte[] honest = model().toBytes(CATALOG);
        assertThat(new FileForge(honest).digest(honest).seal()).isEqualTo(honest);
    }

    @Test
    void compressedFilesAndOtherFilesAreRefused() {
        byte[] honest = model().toBytes(CATALOG);
        assertThatThrownBy(() -> read(new FileForge(honest).compressed(0))).hasMessageContaining("altered");
        assertThatThrownBy(() -> read(new FileForge(honest).compressed(2_000_000)))
                .hasMessageContaining("altered");
        assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("expected an otnn file of ");
        assertThatThrownBy(() -> read(new byte[5000])).hasMessageContaining("expected the end of an otnn file");
        byte[] newer = honest.clone();
        newer[newer.length - 64 - "00001 sha256:".length() + 4] = '2';
        assertThatThrownBy(() -> read(newer))
                .hasMessage("model: expected version 1 of the format, got 2; read it with a newer release of otnn");
        assertThatThrownBy(() -> ModelFile.read(folder.resolve("absent.otnn"), CATALOG))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
        assertThatThrownBy(() -> ModelFile.read(folder, CATALOG)).hasMessageContaining("expected an otnn file");
    }

    private static void read(byte[] bytes) throws ModelFormatException {
        ModelFile.fromBytes(bytes, CATALOG, Verification.VERIFY);
    }

    @Test
    void failedWriteLeavesTheFileThatWasThere() throws Exception {
        Path file = folder.resolve("model.otnn");
        model().write(file, CATALOG);
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> model().write(file, RecordCatalog.empty())).isInstanceOf(RuntimeException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThatThrownBy(() -> model().write(folder, CATALOG)).hasMessageContaining("expected the name of a file");
        assertThat(folder.toFile().list()).containsExactly("model.otnn");
    }

    @Test
    void summarySaysWhatAPersonWantsToKnow() throws Exception {
        Path file = folder.resolve("model.otnn");
        model().write(file, CATALOG);
        assertThat(FileSummary.of(file, CATALOG))
                .contains(
                        "[5, 4, 1] -> [3]",
                        "classes: cat \"one\", dog, löwe",
                        "loss: softmax-hkr {lambda=49.0}",
                        "trained on drawn (46 samples, sha256 0123)",
                        "UnitNormDense 6 -> 3",
                        "; verified");
    }
}
