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
     * Gradient of the score of every point.
     *
     * @param values logits and scores
     * @param gradient shape of the points, dense
     */
    public record Gradients(Values values, INDArray gradient) {}

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

    /** Gradients of a part of the samples that begins with sample {@code first}. */
    ScoredBatch gradients(INDArray part, int first, int samples) {
        Gradients gradients = gradientsAt(part, consecutive(first, part.size(0)), samples);
        return new ScoredBatch(this, samples, first, part, gradients.values(), gradients.gradient());
    }

    /** Values of a part of the samples that begins with sample {@code first}. */
    Values values(INDArray part, int first, int samples) {
        return valuesAt(part, consecutive(first, part.size(0)), samples);
    }

    /**
     * Logits and scores at points that stand for samples, so that targets given by sample apply. Evaluated at once.
     *
     * @param points {@code [points, ...]}, dense and finite. Not modified.
     * @param owners sample that each point stands for. Not modified.
     * @param samples in the whole input
     * @throws ShapeMismatchException if the function's output is not {@code [points, outputs]}
     * @throws IllegalArgumentException if a logit is not finite, or the score does not fit
     */
    public Values valuesAt(INDArray points, int[] owners, int samples) {
        double[][] logits = logits(function.predict(points), owners, samples);
        return new Values(logits, scores(logits, owners, new double[logits.length][logits[0].length]));
    }

    /**
     * The same with gradients.
     *
     * @return gradient {@code d score / d point}, shape of the points, dense; logits and scores
     * @throws ShapeMismatchException if the function's arrays have other shapes than promised
     * @throws IllegalArgumentException if a logit or gradient is not finite, or the score does not fit
     */
    public Gradients gradientsAt(INDArray points, int[] owners, int samples) {
        try (Pass pass = function.evaluate(points)) {
            INDArray output = pass.output();
            double[][] logits = logits(output, owners, samples);
            double[][] cotangent = new double[logits.length][logits[0].length];
            double[] scores = scores(logits, owners, cotangent);
            INDArray gradient = pass.inputGradient(asArray(cotangent, output));
            if (!Arrays.equals(gradient.shape(), points.shape())) {
                throw new ShapeMismatchException(
                        "gradient of the function", Arrays.toString(points.shape()), Arrays.toString(gradient.shape()));
            }
            INDArray dense = Tensors.dense(gradient);
            Tensors.requireFinite("gradient of the score, batch from sample " + owners[0], dense);
            return new Gradients(new Values(logits, scores), dense);
        }
    }

    private static int[] consecutive(int first, long count) {
        int[] owners = new int[Math.toIntExact(count)];
        Arrays.setAll(owners, i -> first + i);
        return owners;
    }

    private double[] scores(double[][] logits, int[] owners, double[][] cotangent) {
        double[] scores = new double[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = score.evaluate(owners[i], logits[i], cotangent[i]);
        }
        return scores;
    }

    private double[][] logits(INDArray output, int[] owners, int samples) {
        if (output.rank() != 2 || output.size(0) != owners.length || output.size(1) < 1) {
            throw new ShapeMismatchException(
                    "output of the function", "[" + owners.length + ", outputs]", Arrays.toString(output.shape()));
        }
        int outputs = Math.toIntExact(output.size(1));
        score.requireFits(samples, outputs);
        double[] flat = Tensors.toDoubles(output);
        double[][] logits = new double[owners.length][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs);
            for (int k = 0; k < outputs; k++) {
                if (!Double.isFinite(logits[i][k])) {
                    throw new IllegalArgumentException("logit " + k + " of sample " + owners[i] + " is " + logits[i][k]
                            + "; expected finite logits");
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

    /**
     * Checks what a user wants explained.
     *
     * @param input {@code [samples, ...]}. Not modified.
     * @return the input itself where it is dense, else a copy that is
     * @throws ShapeMismatchException if it has no batch axis
     * @throws IllegalArgumentException if it is empty, or a value is NaN or infinite
     */
    public static INDArray requireInput(INDArray input) {
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
