package io.github.otnn.loss;

import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The frame of every multiclass loss that is a mean over samples: reads, calls the term of each sample, weighs, collects. */
final class SampleMean {
    private SampleMean() {}

    /** Value and slope of a loss at one sample. */
    interface Term {
        /**
         * Evaluates one sample.
         *
         * @param logits {@code [classes]}, not to be modified
         * @param label class index
         * @param slope derivative of the value with respect to the logits; overwritten in full
         * @return the value
         */
        double evaluate(double[] logits, int label, double[] slope);
    }

    /**
     * {@code mean of w_y term(f, y)}.
     *
     * @param logits {@code [batch, classes]}. Not modified.
     * @param labels class indices or one-hot rows. Not modified.
     * @param priors give the weights w
     */
    static LossResult evaluate(String where, INDArray logits, INDArray labels, ClassPriors priors, Term term) {
        return evaluate(where, LogitBatch.readClasses(where, logits), labels, priors, term);
    }

    /** The same on logits that have been read. */
    static LossResult evaluate(String where, LogitBatch batch, INDArray labels, ClassPriors priors, Term term) {
        int samples = batch.samples();
        int classes = batch.outputs();
        priors.requireClasses(where, classes);
        int[] indices = LabelReader.classes(where, labels, samples, classes);
        double[] gradient = new double[samples * classes];
        double[] perSample = new double[samples];
        double[] slope = new double[classes];
        double sum = 0;
        for (int i = 0; i < samples; i++) {
            double[] row = Arrays.copyOfRange(batch.values(), i * classes, (i + 1) * classes);
            double weight = priors.weight(indices[i]);
            perSample[i] = weight * term.evaluate(row, indices[i], slope);
            sum += perSample[i];
            for (int k = 0; k < classes; k++) {
                gradient[i * classes + k] = weight / samples * slope[k];
            }
        }
        return batch.result(sum / samples, gradient, perSample);
    }
}
