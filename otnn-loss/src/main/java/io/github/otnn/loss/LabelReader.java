package io.github.otnn.loss;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads labels in the conventions of {@link io.github.otnn.core.data.LabelledData}, whatever their number type, and names
 * the row and the value of the first one that breaks them.
 */
final class LabelReader {
    private LabelReader() {}

    /** Number of rows of labels of a whole data set, at least one. */
    static int rows(String where, INDArray labels) {
        if (labels.isEmpty() || labels.rank() == 0 || labels.length() == 0) {
            throw new IllegalArgumentException(where + ": expected at least one label, got none");
        }
        return (int) labels.size(0);
    }

    /**
     * Class index of each sample.
     *
     * @param labels indices {@code [samples]} or {@code [samples, 1]}, or one-hot rows {@code [samples, classes]}. Not modified.
     * @param classes at least 2
     */
    static int[] classes(String where, INDArray labels, int samples, int classes) {
        if (isColumn(labels, samples)) {
            return indices(where, Tensors.toDoubles(labels), classes);
        }
        if (isMatrix(labels, samples, classes)) {
            return oneHot(where, Tensors.toDoubles(labels), classes);
        }
        throw new ShapeMismatchException(
                where,
                "labels [" + samples + "] or [" + samples + ", 1] of class indices, or [" + samples + ", " + classes
                        + "] one-hot",
                Arrays.toString(labels.shape()));
    }

    /**
     * Signs in C order, 1 or -1.
     *
     * @param labels {@code [samples, outputs]} of 1 and -1, where 0 reads as -1; with a single output also {@code [samples]},
     *     and one-hot rows {@code [samples, 2]} whose second column is the positive class. Not modified.
     */
    static int[] signs(String where, INDArray labels, int samples, int outputs) {
        if (isMatrix(labels, samples, outputs) || outputs == 1 && isColumn(labels, samples)) {
            return signs(where, Tensors.toDoubles(labels), outputs);
        }
        if (outputs == 1 && isMatrix(labels, samples, 2)) {
            int[] signs = oneHot(where, Tensors.toDoubles(labels), 2);
            Arrays.setAll(signs, i -> 2 * signs[i] - 1);
            return signs;
        }
        throw new ShapeMismatchException(
                where,
                outputs == 1
                        ? "labels [" + samples + "] or [" + samples + ", 1] of signs, or [" + samples + ", 2] one-hot"
                        : "labels [" + samples + ", " + outputs + "] of signs",
                Arrays.toString(labels.shape()));
    }

    private static boolean isColumn(INDArray labels, int samples) {
        return labels.rank() == 1 && labels.length() == samples || isMatrix(labels, samples, 1);
    }

    private static boolean isMatrix(INDArray labels, int samples, int columns) {
        return labels.rank() == 2 && labels.size(0) == samples && labels.size(1) == columns;
    }

    private static int[] indices(String where, double[] labels, int classes) {
        int[] indices = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            double label = labels[i];
            // a NaN fails the first comparison
            if (!(label >= 0 && label < classes) || label != Math.rint(label)) {
                throw new IllegalArgumentException(where + ": label " + text(label) + " at row " + i
                        + " is outside the " + classes + " classes 0.." + (classes - 1));
            }
            indices[i] = (int) label;
        }
        return indices;
    }

    private static int[] oneHot(String where, double[] labels, int classes) {
        int[] indices = new int[labels.length / classes];
        for (int i = 0; i < indices.length; i++) {
            int ones = 0;
            for (int k = 0; k < classes; k++) {
                double value = labels[i * classes + k];
                if (value != 0 && value != 1) {
                    throw new IllegalArgumentException(where + ": label " + text(value) + " at row " + i + ", column "
                            + k + " is neither 0 nor 1, as a one-hot row has it");
                }
                if (value == 1) {
                    ones++;
                    indices[i] = k;
                }
            }
            if (ones != 1) {
                throw new IllegalArgumentException(
                        where + ": label row " + i + " has " + ones + " ones, expected exactly one");
            }
        }
        return indices;
    }

    private static int[] signs(String where, double[] labels, int outputs) {
        int[] signs = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            double label = labels[i];
            if (label != 1 && label != 0 && label != -1) {
                throw new IllegalArgumentException(where + ": label " + text(label) + " at row " + i / outputs
                        + (outputs == 1 ? "" : ", column " + i % outputs) + " is not a sign; expected 1 or -1 (or 0)");
            }
            signs[i] = label == 1 ? 1 : -1;
        }
        return signs;
    }

    /** Whole numbers without a fraction, as the user wrote them. */
    private static String text(double label) {
        return label == (long) label ? Long.toString((long) label) : Double.toString(label);
    }
}
