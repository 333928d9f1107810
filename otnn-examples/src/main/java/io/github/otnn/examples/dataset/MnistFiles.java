package io.github.otnn.examples.dataset;

import io.github.otnn.core.data.IdxReader;
import io.github.otnn.core.data.LabelledData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The four files of MNIST in their original form, gzip'd IDX: 60,000 training and 10,000 test images of 28 x 28 grey pixels, the
 * digits 0 to 9. They are taken where they are; nothing is downloaded.
 *
 * @param trainImages pixels of the training images
 * @param trainLabels their digits
 * @param testImages pixels of the test images
 * @param testLabels their digits
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges</a>
 */
public record MnistFiles(Path trainImages, Path trainLabels, Path testImages, Path testLabels) {
    /** Folder of the files, inside the data folder. */
    static final String SET = "mnist";

    private static final List<String> NAMES = List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");

    /**
     * Finds the files.
     *
     * @param given folder that the user named, with {@code mnist/} in it; nothing else is tried then
     * @param inherited folder from the environment
     * @return the files, or nothing if no folder was named and the environment's has none
     * @throws IOException if the user named a folder without them
     */
    public static Optional<MnistFiles> find(@Nullable Path given, @Nullable Path inherited) throws IOException {
        if (given != null) {
            List<String> missing = missing(given);
            if (!missing.isEmpty()) {
                throw new IOException("--data " + given + ": expected " + SET
                        + "/ with the four files of MNIST in it, missing: " + String.join(", ", missing));
            }
            return Optional.of(in(given));
        }
        return inherited != null && missing(inherited).isEmpty() ? Optional.of(in(inherited)) : Optional.empty();
    }

    /**
     * Reads one part.
     *
     * @throws IOException if its files cannot be read, or are damaged
     */
    public LabelledData read(ImageSet.Split split) throws IOException {
        return split == ImageSet.Split.TRAIN
                ? IdxReader.readLabelled(trainImages, trainLabels, ImageSet.MNIST.classNames())
                : IdxReader.readLabelled(testImages, testLabels, ImageSet.MNIST.classNames());
    }

    private static MnistFiles in(Path data) {
        List<Path> paths =
                NAMES.stream().map(name -> data.resolve(SET).resolve(name)).toList();
        return new MnistFiles(paths.get(0), paths.get(1), paths.get(2), paths.get(3));
    }

    private static List<String> missing(Path data) {
        return NAMES.stream()
                .filter(name -> !Files.isRegularFile(data.resolve(SET).resolve(name)))
                .toList();
    }
}
