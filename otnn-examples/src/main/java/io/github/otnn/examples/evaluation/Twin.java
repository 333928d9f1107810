package io.github.otnn.examples.evaluation;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.twin.TwinTraining;
import java.util.stream.IntStream;

/**
 * One trained network of a report.
 *
 * @param seed it was trained with
 * @param kind which of the twins
 * @param model the network and where it comes from
 */
record Twin(long seed, TwinTraining.Kind kind, ModelFile model) {
    private static final int BATCH = 500;

    CondensedNetwork network() {
        return model.network();
    }

    /** Name in a progress line. */
    String title() {
        return kind.title() + " seed " + seed;
    }

    /** Name of its file. */
    String fileName() {
        return kind.key() + "-" + seed + ".otnn";
    }

    /** Class of the largest logit of each image. */
    int[] predictions(LabelledData data) {
        double[] logits = Tensors.toDoubles(network().predict(data.features(), BATCH));
        int classes = logits.length / data.size();
        int[] predicted = new int[data.size()];
        for (int i = 0; i < predicted.length; i++) {
            for (int k = 1; k < classes; k++) {
                if (logits[i * classes + k] > logits[i * classes + predicted[i]]) {
                    predicted[i] = k;
                }
            }
        }
        return predicted;
    }

    /** Share of the images that it classifies rightly. */
    double accuracy(LabelledData data) {
        int[] labels = data.classIndices();
        int[] predicted = predictions(data);
        return IntStream.range(0, labels.length)
                        .filter(i -> labels[i] == predicted[i])
                        .count()
                / (double) labels.length;
    }
}
