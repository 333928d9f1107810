package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well labels that do not exclude each other are predicted, label by label: accuracy hides those that are rare.
 *
 * <pre>
 * sensitivity = share of the positives with a logit above 0
 * specificity = share of the negatives with a logit of at most 0
 * </pre>
 *
 * The arrays belong to the receiver.
 *
 * @param sensitivity {@code [labels]}; NaN where no sample has the label
 * @param specificity {@code [labels]}; NaN where all have it
 * @param positives {@code [labels]}, number of samples with the label
 * @param samples number of samples
 */
public record LabelRates(double[] sensitivity, double[] specificity, int[] positives, int samples) {
    /**
     * Counts.
     *
     * @param logits {@code [samples, labels]}, finite. Not modified.
     * @param labels the same shape, 1 or -1 (0 reads as -1). Not modified.
     * @throws ShapeMismatchException if shapes differ
     * @throws IllegalArgumentException if a label is something else
     */
    public static LabelRates of(INDArray logits, INDArray labels) {
        if (logits.rank() != 2 || !Arrays.equals(logits.shape(), labels.shape())) {
            throw new ShapeMismatchException(
                    "label rates",
                    "logits and labels [samples, labels]",
                    Arrays.toString(logits.shape()) + " and " + Arrays.toString(labels.shape()));
        }
        Tensors.requireFinite("logits", logits);
        int count = Math.toIntExact(logits.size(1));
        double[] f = Tensors.toDoubles(logits);
        double[] y = Tensors.toDoubles(labels);
        int[] positives = new int[count];
        double[] found = new double[count];
        double[] spared = new double[count];
        for (int i = 0; i < f.length; i++) {
            if (y[i] != 1 && y[i] != -1 && y[i] != 0) {
                throw new IllegalArgumentException("label rates: expected labels 1 and -1 (or 0), got " + y[i] + " at "
                        + Tensors.describeIndex(i, labels.shape()));
            }
            positives[i % count] += y[i] == 1 ? 1 : 0;
            found[i % count] += y[i] == 1 && f[i] > 0 ? 1 : 0;
            spared[i % count] += y[i] != 1 && f[i] <= 0 ? 1 : 0;
        }
        int samples = f.length / count;
        for (int k = 0; k < count; k++) {
            found[k] /= positives[k];
            spared[k] /= samples - positives[k];
        }
        return new LabelRates(found, spared, positives, samples);
    }

    /** Mean of the sensitivities that exist. */
    public double meanSensitivity() {
        return mean(sensitivity);
    }

    /** Mean of the specificities that exist. */
    public double meanSpecificity() {
        return mean(specificity);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    /** Both means in one line. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "sensitivity %.4g, specificity %.4g, means over %d labels, n %d",
                meanSensitivity(),
                meanSpecificity(),
                positives.length,
                samples);
    }
}
