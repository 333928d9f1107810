package io.github.otnn.examples.block;

import io.github.otnn.core.data.DrawnDigits;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.dataset.ImageSet;
import io.github.otnn.examples.dataset.MnistFiles;
import java.io.IOException;
import java.util.Optional;

/**
 * Digits to make blocks of: MNIST, or drawn ones where it is not on this machine.
 *
 * @param name in few words
 * @param drawn whether they are a stand-in
 */
record Digits(String name, boolean drawn, LabelledData train, LabelledData test) {
    private static final int DRAWN_TRAIN = 2000;
    private static final int DRAWN_TEST = 500;

    static Digits load(Optional<MnistFiles> files, long seed) throws IOException {
        if (files.isEmpty()) {
            return new Digits(
                    "drawn digits",
                    true,
                    DrawnDigits.sample(DRAWN_TRAIN, 1, seed),
                    DrawnDigits.sample(DRAWN_TEST, 1, seed + 1));
        }
        return new Digits(
                "MNIST",
                false,
                files.get().read(ImageSet.Split.TRAIN),
                files.get().read(ImageSet.Split.TEST));
    }

    /** A line for the terminal where the digits are not those that the user may expect; else nothing. */
    String notice() {
        return drawn ? description() + System.lineSeparator() : "";
    }

    String description() {
        return drawn
                ? "MNIST is not on this machine: drawn digits stand in for it, and results on them stand for nothing but "
                        + "themselves. Name a folder that holds mnist/ with its four .gz files (--data DIR or OTNN_DATA)."
                : "Digits 0 and 1 of MNIST.";
    }
}
