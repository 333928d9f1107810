package io.github.otnn.examples.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is to be explained.
 *
 * @param inputs {@code [samples, ...]}, as the model takes them
 * @param names one for each sample: a file, a place in a data set, a point
 * @param labels true classes, null where nobody knows
 */
record Samples(INDArray inputs, List<String> names, int @Nullable [] labels) {
    int count() {
        return names.size();
    }

    /** Whether they are images. */
    boolean images() {
        return inputs.rank() == 4;
    }
}
