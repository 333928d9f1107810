package io.github.otnn.loss;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checked logits of a batch in float64, and the way back to a result in their own type. */
record LogitBatch(double[] values, int samples, int outputs, DataType type) {
    /**
     * Reads a column of scores.
     *
     * @param logits {@code [batch, 1]}. Not modified.
     */
    static LogitBatch readScores(String where, INDArray logits) {
        LogitBatch batch = read(where, logits, "[batch, 1]");
        if (batch.outputs != 1) {
            throw new ShapeMismatchException(
                    where,
                    "logits [batch, 1]",
                    Arrays.toString(logits.shape()) + "; use SoftmaxHkr for several classes");
        }
        return batch;
    }

    /**
     * Reads rows of class logits.
     *
     * @param logits {@code [batch, classes]}, at least two classes. Not modified.
     */
    static LogitBatch readClasses(String where, INDArray logits) {
        LogitBatch batch = read(where, logits, "[batch, classes]");
        if (batch.outputs == 1) {
            throw new ShapeMismatchException(
                    where,
                    "logits [batch, classes] with 2 or more classes",
                    Arrays.toString(logits.shape()) + "; use the binary loss BinaryHkr for a single output");
        }
        return batch;
    }

    /**
     * Reads rows of one score per label.
     *
     * @param logits {@code [batch, labels]}, at least one label. Not modified.
     */
    static LogitBatch readLabels(String where, INDArray logits) {
        return read(where, logits, "[batch, labels]");
    }

    /**
     * Reads rows of class logits for a loss made for so many classes.
     *
     * @param logits {@code [batch, classes]}. Not modified.
     */
    static LogitBatch readClasses(String where, INDArray logits, int classes) {
        LogitBatch batch = readClasses(where, logits);
        batch.requireOutputs(where, "logits of " + classes + " classes", classes);
        return batch;
    }

    /** Checks the number of columns. */
    void requireOutputs(String where, String expected, int count) {
        if (outputs != count) {
            throw new ShapeMismatchException(where, expected, "[" + samples + ", " + outputs + "]");
        }
    }

    /** One column. */
    double[] column(int output) {
        double[] column = new double[samples];
        for (int i = 0; i < samples; i++) {
            column[i] = values[i * outputs + output];
        }
        return column;
    }

    private static LogitBatch read(String where, INDArray logits, String expected) {
        if (logits.isEmpty() || logits.length() == 0) {
            throw new IllegalArgumentException(where + ": expected at least one sample, got an empty batch");
        }
        if (logits.rank() != 2) {
            throw new ShapeMismatchException(where, "logits " + expected, Arrays.toString(logits.shape()));
        }
        if (logits.dataType() != DataType.FLOAT && logits.dataType() != DataType.DOUBLE) {
            throw new IllegalArgumentException(
                    where + ": expected logits of type FLOAT or DOUBLE, got " + logits.dataType());
        }
        LogitBatch batch = new LogitBatch(
                Tensors.toDoubles(logits), (int) logits.size(0), (int) logits.size(1), logits.dataType());
        batch.requireFinite(where);
        return batch;
    }

    private void requireFinite(String where) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(where + ": expected finite logits, got " + values[i] + " at sample "
                        + i / outputs + ", class " + i % outputs + "; check the inputs and weights of the network");
            }
        }
    }

    /** Result with the gradient, {@code [samples * outputs]} in C order, in shape and type of the logits. */
    LossResult result(double value, double[] gradient, double @Nullable [] perSample, double... scalarGradients) {
        return new LossResult(value, Tensors.of(type, gradient, samples, outputs), perSample, scalarGradients);
    }
}
