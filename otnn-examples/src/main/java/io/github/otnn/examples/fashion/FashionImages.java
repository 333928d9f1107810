package io.github.otnn.examples.fashion;

import io.github.otnn.core.data.IdxReader;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.dataset.FashionMnistFiles;
import io.github.otnn.examples.dataset.ImageSet;
import java.io.IOException;
import java.util.List;

/** The images of Fashion-MNIST with the names of their classes. */
public final class FashionImages {
    /** Names by class index. */
    public static final List<String> CLASSES = ImageSet.FASHION_MNIST.classNames();

    private FashionImages() {}

    /**
     * Images to learn from.
     *
     * @throws IOException if a file cannot be read or is damaged
     */
    public static LabelledData training(FashionMnistFiles files) throws IOException {
        return IdxReader.readLabelled(files.trainImages(), files.trainLabels(), CLASSES);
    }

    /**
     * Images to be tested on.
     *
     * @throws IOException if a file cannot be read or is damaged
     */
    public static LabelledData test(FashionMnistFiles files) throws IOException {
        return IdxReader.readLabelled(files.testImages(), files.testLabels(), CLASSES);
    }
}
