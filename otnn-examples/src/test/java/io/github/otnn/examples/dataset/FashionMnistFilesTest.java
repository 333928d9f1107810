package io.github.otnn.examples.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistFilesTest {
    @TempDir
    private Path folder;

    @Test
    void takesFilesOfTheUserAsTheyAre() throws Exception {
        Path data = folder.resolve("data");
        createFiles(data);
        FashionMnistFiles found = FashionMnistFiles.locate(data, null, offlineCache());
        Path set = data.resolve("fashion-mnist");
        assertThat(found)
                .isEqualTo(new FashionMnistFiles(
                        set.resolve("train-images-idx3-ubyte.gz"),
                        set.resolve("train-labels-idx1-ubyte.gz"),
                        set.resolve("t10k-images-idx3-ubyte.gz"),
                        set.resolve("t10k-labels-idx1-ubyte.gz")));
        assertThat(FashionMnistFiles.locate(null, data, offlineCache())).isEqualTo(found);
    }

    @Test
    void saysWhichFilesAreMissingInTheFolderThatTheUserNamed() throws IOException {
        createFiles(folder);
        Files.delete(folder.resolve("fashion-mnist").resolve("t10k-labels-idx1-ubyte.gz"));
        assertThatIOException()
                .isThrownBy(() -> FashionMnistFiles.locate(folder, null, offlineCache()))
                .withMessage(
                        "--data " + folder + ": expected fashion-mnist/ with the four files of Fashion-MNIST in it,"
                                + " missing: t10k-labels-idx1-ubyte.gz");
    }

    @Test
    void goesOnToTheCacheWhenTheEnvironmentNamesAFolderWithoutThem() {
        assertThatIOException()
                .isThrownBy(() -> FashionMnistFiles.locate(null, folder, offlineCache()))
                .withMessage(
                        "Fashion-MNIST is not on this machine and could not be downloaded: downloads are switched off"
                                + " (otnn.offline=true). Either name a folder that holds fashion-mnist/ with the four .gz files"
                                + " (--data DIR or OTNN_DATA), or put them into "
                                + folder.resolve("cache").resolve("fashion-mnist"));
    }

    @Test
    void findsFilesThatWerePutIntoTheCacheByHand() throws Exception {
        String environment = System.getenv("OTNN_DATA");
        assumeTrue(environment != null, "OTNN_DATA names no folder with the real files");
        Path real = Path.of(environment).resolve("fashion-mnist");
        assumeTrue(Files.isDirectory(real), "no fashion-mnist/ in the folder that OTNN_DATA names");
        Path set = Files.createDirectories(folder.resolve("cache").resolve("fashion-mnist"));
        List<String> names =
                FashionMnistFiles.FILES.stream().map(RemoteFile::name).toList();
        for (String name : names) {
            Files.copy(real.resolve(name), set.resolve(name));
        }
        assertThat(FashionMnistFiles.locate(null, null, offlineCache()).trainImages())
                .isEqualTo(set.resolve("train-images-idx3-ubyte.gz"));
    }

    private DataCache offlineCache() {
        return new DataCache(
                folder.resolve("cache"),
                true,
                Duration.ofSeconds(1),
                new PrintStream(OutputStream.nullOutputStream(), true));
    }

    private static void createFiles(Path data) throws IOException {
        Path set = Files.createDirectories(data.resolve("fashion-mnist"));
        for (RemoteFile file : FashionMnistFiles.FILES) {
            Files.writeString(set.resolve(file.name()), "any content");
        }
    }
}
