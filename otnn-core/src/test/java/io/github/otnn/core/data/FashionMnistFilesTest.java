package io.github.otnn.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.otnn.core.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads the real files where the environment says where they are: {@code OTNN_DATA/fashion-mnist/*.gz}. */
class FashionMnistFilesTest {
    private static final List<String> NAMES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private Path folder;

    @BeforeEach
    void findFiles() {
        String root = System.getenv("OTNN_DATA");
        assumeTrue(root != null, "OTNN_DATA is not set: real Fashion-MNIST files are not read");
        folder = Path.of(root, "fashion-mnist");
        assumeTrue(Files.isDirectory(folder), folder + " does not exist: real Fashion-MNIST files are not read");
    }

    @Test
    void trainingSetHasItsPublishedStatistics() throws IOException {
        assertStatistics("train", 60_000, 0.2860, 0.3530);
    }

    @Test
    void testSetHasItsPublishedStatistics() throws IOException {
        assertStatistics("t10k", 10_000, 0.2868, 0.3524);
    }

    private void assertStatistics(String set, int count, double mean, double deviation) throws IOException {
        LabelledData data = IdxReader.readLabelled(
                folder.resolve(set + "-images-idx3-ubyte.gz"), folder.resolve(set + "-labels-idx1-ubyte.gz"), NAMES);
        assertThat(data.features().shape()).containsExactly(count, 28, 28, 1);
        int[] perClass = new int[10];
        for (int label : data.classIndices()) {
            perClass[label]++;
        }
        assertThat(perClass).containsOnly(count / 10);
        // summed here in float64: ND4J's own mean of that many floats is 1 % off
        double sum = 0;
        double squares = 0;
        for (float value : Tensors.toFloats(data.features())) {
            sum += value;
            squares += (double) value * value;
        }
        double length = data.features().length();
        assertThat(sum / length).isCloseTo(mean, within(5e-5));
        assertThat(Math.sqrt(squares / length - sum * sum / length / length)).isCloseTo(deviation, within(5e-5));
        data.features().close();
    }
}
