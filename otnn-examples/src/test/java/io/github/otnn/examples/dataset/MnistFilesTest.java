package io.github.otnn.examples.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistFilesTest {
    @TempDir
    private Path folder;

    @Test
    void findsTheFilesInTheUsersFolderBeforeThatOfTheEnvironment() throws Exception {
        Path own = createFiles(folder.resolve("own"));
        Path inherited = createFiles(folder.resolve("inherited"));
        assertThat(MnistFiles.find(own, inherited)).hasValueSatisfying(files -> {
            assertThat(files.trainImages()).isEqualTo(own.resolve("mnist/train-images-idx3-ubyte.gz"));
            assertThat(files.trainLabels()).isEqualTo(own.resolve("mnist/train-labels-idx1-ubyte.gz"));
            assertThat(files.testImages()).isEqualTo(own.resolve("mnist/t10k-images-idx3-ubyte.gz"));
            assertThat(files.testLabels()).isEqualTo(own.resolve("mnist/t10k-labels-idx1-ubyte.gz"));
        });
        assertThat(MnistFiles.find(null, inherited))
                .hasValueSatisfying(files -> assertThat(files.testImages()).startsWith(inherited));
    }

    @Test
    void aFolderThatTheUserNamedMustHaveThemAll() throws Exception {
        Path own = createFiles(folder.resolve("own"));
        Files.delete(own.resolve("mnist/t10k-labels-idx1-ubyte.gz"));
        assertThatIOException()
                .isThrownBy(() -> MnistFiles.find(own, null))
                .withMessage("--data " + own
                        + ": expected mnist/ with the four files of MNIST in it, missing: t10k-labels-idx1-ubyte.gz");
    }

    @Test
    void nothingIsThereWithoutAFolder() throws Exception {
        assertThat(MnistFiles.find(null, null)).isEmpty();
        assertThat(MnistFiles.find(null, folder)).isEmpty();
    }

    @Test
    void readersThatCannotDoWithoutItSayWhereToPutIt() {
        DataCache cache = new DataCache(
                folder, true, Duration.ofSeconds(1), new PrintStream(OutputStream.nullOutputStream(), true));
        assertThatIOException()
                .isThrownBy(() -> ImageSet.MNIST.read(ImageSet.Split.TEST, null, folder, cache))
                .withMessage("mnist: expected --data DIR or OTNN_DATA with the folder that holds mnist/ and its four"
                        + " .gz files");
    }

    private static Path createFiles(Path data) throws Exception {
        Path set = Files.createDirectories(data.resolve("mnist"));
        for (String name : List.of(
                "train-images-idx3-ubyte.gz",
                "train-labels-idx1-ubyte.gz",
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz")) {
            Files.writeString(set.resolve(name), "any content");
        }
        return data;
    }
}
