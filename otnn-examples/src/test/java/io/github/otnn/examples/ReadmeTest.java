package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Shape;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.data.TwoMoons;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.loss.BinaryHkr;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import io.github.otnn.xai.counterfactual.TransportCounterfactual;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** What the documents say is what the code does. */
class ReadmeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void exampleRunsAndKeepsItsPromises() {
        // example
        LabelledData moons = TwoMoons.sample(500, 0.05, 7); // points in the plane, labels 1 and -1
        Architecture layers = Architecture.of(
                Shape.of(2),
                new SpectralDense(32),
                new GroupSort2(),
                new SpectralDense(32),
                new GroupSort2(),
                new SpectralDense(1));
        Network network = Network.initialize(layers, DataType.FLOAT, 7);
        new Trainer(network, new BinaryHkr(50, 0.2), new Adam(5e-3), TrainingSettings.of(40, 64, 7)).fit(moons);

        CondensedNetwork model = network.condense(); // immutable, any number of threads may use it
        Certifier certifier = Certifier.of(model); // proves a Lipschitz bound from the weights
        Certificates certificates = certifier.certify(moons.features(), moons.classIndices(), 256);
        double certified = certificates.certifiedAccuracy(0.1); // right, and so within every attack up to 0.1 (L2)

        Counterfactuals moved =
                TransportCounterfactual.faithful(1).explain(model, moons.features(), Score.binary()); // to the boundary
        // end of example
        assertThat(certificates.accuracy()).isGreaterThan(0.99);
        assertThat(certified).isGreaterThan(0.95);
        assertThat(certifier.audit().logitBound()).isLessThan(1 + 1e-6);
        assertThat(moved.samples()).isEqualTo(1000);
    }

    @Test
    void exampleOfTheReadmeIsTheOneAbove() throws IOException {
        String source =
                Files.readString(ROOT.resolve("otnn-examples/src/test/java/io/github/otnn/examples/ReadmeTest.java"));
        String code = source.substring(
                source.indexOf("// example\n") + "// example\n".length(),
                source.indexOf("\n        // end of example"));
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + code.stripIndent() + "\n```");
    }

    @Test
    void memoryLimitsAreTheSameInTheBuildTheLauncherAndTheDocuments() throws IOException {
        Pattern limits = Pattern.compile("-Xmx\\S+ -Dorg\\.bytedeco\\.javacpp\\.maxbytes=\\w+ "
                + "-Dorg\\.bytedeco\\.javacpp\\.maxphysicalbytes=\\w+");
        for (String file : List.of("pom.xml", "otnn", "docs/getting-started.md")) {
            assertThat(limits.matcher(Files.readString(ROOT.resolve(file))).results())
                    .as(file)
                    .extracting(MatchResult::group)
                    .containsOnly("-Xmx2g -Dorg.bytedeco.javacpp.maxbytes=8g"
                            + " -Dorg.bytedeco.javacpp.maxphysicalbytes=12g");
        }
    }

    @Test
    void everyLinkOfTheDocumentsLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        Pattern link = Pattern.compile("]\\((?!https?:)([^)#\\s]+)[^)]*\\)");
        for (Path document : documents()) {
            link.matcher(Files.readString(document)).results().forEach(found -> {
                if (!Files.exists(document.resolveSibling(found.group(1)))) {
                    broken.add(ROOT.relativize(document) + " -> " + found.group(1));
                }
            });
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyLayerIsInTheTable() throws IOException {
        String table = Files.readString(ROOT.resolve("docs/layers.md"));
        try (Stream<Path> sources = Files.list(ROOT.resolve("otnn-layers/src/main/java/io/github/otnn/layers"))) {
            List<String> layers = sources.filter(Files::isRegularFile)
                    .filter(ReadmeTest::isPublicLayer)
                    .map(source -> source.getFileName().toString().replace(".java", ""))
                    .toList();
            assertThat(layers)
                    .contains("SpectralDense")
                    .allSatisfy(layer -> assertThat(table).contains("| `" + layer));
        }
    }

    private static boolean isPublicLayer(Path source) {
        try {
            return Pattern.compile(
                            "public (final class|record) .*?implements [^{]*(Layer|LipschitzTarget) \\{",
                            Pattern.DOTALL)
                    .matcher(Files.readString(source))
                    .find();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        assertThat(documents)
                .contains(ROOT.resolve("README.md"), ROOT.resolve("docs").resolve("layers.md"));
        return documents;
    }
}
