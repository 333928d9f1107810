package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Classes that a function predicts: the index of the largest logit, or 1 and 0 for the sign of the only one. */
final class Predictions {
    private Predictions() {}

    static int[] of(Differentiable function, INDArray inputs, int batchSize) {
        int samples = Math.toIntExact(inputs.size(0));
        int[] classes = new int[samples];
        for (int from = 0; from < samples; from += batchSize) {
            int to = Math.min(samples, from + batchSize);
            INDArray output = function.predict(Tensors.rows(inputs, from, to));
            double[] logits = Tensors.toDoubles(output);
            int outputs = logits.length / (to - from);
            for (int i = from; i < to; i++) {
                classes[i] = predicted(logits, (i - from) * outputs, outputs);
            }
        }
        return classes;
    }

    private static int predicted(double[] logits, int first, int outputs) {
        if (outputs == 1) {
            return logits[first] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int k = 1; k < outputs; k++) {
            best = logits[first + k] > logits[first + best] ? k : best;
        }
        return best;
    }
}
