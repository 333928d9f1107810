package io.github.otnn.examples.dataset;

import io.github.otnn.core.data.IdxReader;
import io.github.otnn.core.data.LabelledData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Data sets of grey images that programs know by name: 28 x 28 pixels, 10 classes, four IDX files. */
public enum ImageSet {
    /** Ten kinds of clothes; downloaded if it is not there. */
    FASHION_MNIST(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    /** Ten handwritten digits; never downloaded. */
    MNIST("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    private final List<String> classNames;

    ImageSet(String... classNames) {
        this.classNames = List.of(classNames);
    }

    /** Which of its two parts. */
    public enum Split {
        /** 60,000 images to learn from. */
        TRAIN,
        /** 10,000 images to judge by. */
        TEST
    }

    /** Name of its folder, and on the command line. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Names by class index. */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Reads one part.
     *
     * @param given folder that the user named, with {@link #title()} in it
     * @param inherited folder from the environment
     * @param cache keeps downloaded files
     * @throws IOException if the files can neither be found nor downloaded, or are damaged
     * @throws InterruptedException if the thread is interrupted during a download
     */
    public LabelledData read(Split split, @Nullable Path given, @Nullable Path inherited, DataCache cache)
            throws IOException, InterruptedException {
        if (this == MNIST) {
            return MnistFiles.find(given, inherited)
                    .orElseThrow(
                            () -> new IOException("mnist: expected --data DIR or OTNN_DATA with the folder that holds"
                                    + " mnist/ and its four .gz files"))
                    .read(split);
        }
        FashionMnistFiles files = FashionMnistFiles.locate(given, inherited, cache);
        return split == Split.TRAIN
                ? IdxReader.readLabelled(files.trainImages(), files.trainLabels(), classNames)
                : IdxReader.readLabelled(files.testImages(), files.testLabels(), classNames);
    }
}
