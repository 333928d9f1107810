package io.github.otnn.xai;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function and the score taken from its logits, computed for any number of samples, at most {@code batchSize} at a time.
 *
 * <p>The batch size bounds memory and does not change results. Thread-safe where the function is.
 *
 * @param function to explain
 * @param score to take from its logits
 * @param batchSize samples evaluated at once, at least 1
 */
public record ScoredFunction(Differentiable function, Score score, int batchSize) {
    /** Checks the batch size. */
    public ScoredFunction {
        requireBatchSize("ScoredFunction", batchSize);
    }

    /**
     * Checks a batch size.
     *
     * @param where name for the message
     * @throws IllegalArgumentException if it is below 1
     */
    public static void requireBatchSize(String where, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(where + ": batchSize must be >= 1, got " + batchSize);
        }
    }

    /**
     * Logits and score of every sample.
     *
     * @param logits {@code [samples][outputs]}
     * @param scores {@code [samples]}
     */
    public record Values(double[][] logits, double[] scores) {}

    /**
     * Evaluates all samples, without gradients.
     *
     * @param input {@code [samples, ...]}. Not modified.
     * @throws ShapeMismatchException if the input has no batch axis, or the function's output is not {@code [batch, outputs]}
     * @throws IllegalArgumentException if the input is empty, a value is NaN or infinite, or the score does not fit
     */
    public Values values(INDArray input) {
        INDArray dense = requireInput(input);
        int samples = Math.toIntExact(dense.size(0));
        double[][] logits = new double[samples][];
        double[] scores = new double[samples];
        for (int from = 0; from < samples; from += batchSize) {
            int to = Math.min(samples, from + batchSize);
            Values part = values(Tensors.rows(dense, from, to), from, samples);
            System.arraycopy(part.logits, 0, logits, from, to - from);
            System.arraycopy(part.scores, 0, scores, from, to - from);
        }
        return new Values(logits, scores);
    }

    /**
     * Evaluates all samples with their gradients, and hands the batches over in order.
     *
     * @param input {@code [samples, ...]}. Not modified.
     * @throws ShapeMismatchException if the input has no batch axis, or the function's arrays have other shapes than promised
     * @throws IllegalArgumentException if the input is empty, a value is NaN or infinite, or the score does not fit
     */
    public void forEachBatch(INDArray input, Consumer<ScoredBatch> visitor) {
        INDArray dense = requireInput(input);
        int samples = Math.toIntExact(dense.size(0));
        for (int from = 0; from < samples; from += batchSize) {
            int to = Math.min(samples, from + batchSize);
            visitor.accept(gradients(Tensors.rows(dense, from, to), from, samples));
        }
    }

    /** Values of a part of the samples that begins with sample {@code first}. */
    Values values(INDArray part, int first, int samples) {
        try (Pass pass = function.evaluate(part)) {
            double[][] logits = logits(pass.output(), part.size(0), first, samples);
            return new Values(logits, scores(logits, first, new double[logits.length][logits[0].length]));
        }
    }

    private ScoredBatch gradients(INDArray part, int first, int samples) {
        try (Pass pass = function.evaluate(part)) {
            INDArray output = pass.output();
            double[][] logits = logits(output, part.size(0), first, samples);
            double[][] cotangent = new double[logits.length][logits[0].length];
            double[] scores = scores(logits, first, cotangent);
            INDArray gradient = pass.inputGradient(asArray(cotangent, output));
            if (!Arrays.equals(gradient.shape(), part.shape())) {
                throw new ShapeMismatchException(
                        "gradient of the function", Arrays.toString(part.shape()), Arrays.toString(gradient.shape()));
            }
            INDArray dense = Tensors.dense(gradient);
            Tensors.requireFinite("gradient of the score, batch from sample " + first, dense);
            return new ScoredBatch(this, samples, first, part, new Values(logits, scores), dense);
        }
    }

    private double[] scores(double[][] logits, int first, double[][] cotangent) {
        double[] scores = new double[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = score.evaluate(first + i, logits[i], cotangent[i]);
        }
        return scores;
    }

    private double[][] logits(INDArray output, long batch, int first, int samples) {
        if (output.rank() != 2 || output.size(0) != batch || output.size(1) < 1) {
            throw new ShapeMismatchException(
                    "output of the function", "[" + batch + ", outputs]", Arrays.toString(output.shape()));
        }
        int outputs = Math.toIntExact(output.size(1));
        score.requireFits(samples, outputs);
        double[] flat = Tensors.toDoubles(output);
        double[][] logits = new double[(int) batch][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs);
            for (int k = 0; k < outputs; k++) {
                if (!Double.isFinite(logits[i][k])) {
                    throw new IllegalArgumentException("logit " + k + " of sample " + (first + i) + " is "
                            + logits[i][k] + "; expected finite logits");
                }
            }
        }
        return logits;
    }

    private static INDArray asArray(double[][] rows, INDArray like) {
        double[] flat = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
        }
        DataType type = like.dataType() == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
        return Tensors.of(type, flat, like.shape());
    }

    private static INDArray requireInput(INDArray input) {
        if (input.isEmpty() || input.length() == 0) {
            throw new IllegalArgumentException("input to explain: expected at least one sample, got an empty array");
        }
        if (input.rank() < 2) {
            throw new ShapeMismatchException("input to explain", "[samples, ...]", Arrays.toString(input.shape()));
        }
        INDArray dense = Tensors.dense(input);
        Tensors.requireFinite("input to explain", dense);
        return dense;
    }
}
