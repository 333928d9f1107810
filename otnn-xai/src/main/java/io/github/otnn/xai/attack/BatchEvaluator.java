package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Evaluates the next points of several searches in one pass. */
final class BatchEvaluator {
    private static final double[] NO_GRADIENT = {};

    private final Differentiable function;
    private final long[] shape;
    private final DataType type;
    private final WorkingMemory memory;
    private final double[][] points;
    private final double[] gradient;
    private float[] narrow = {};
    private double[] wide = {};

    /**
     * Creates an evaluator.
     *
     * @param inputShape {@code [samples, ...]}
     * @param capacity largest number of points at once
     */
    BatchEvaluator(Differentiable function, long[] inputShape, DataType type, int capacity) {
        this.function = function;
        this.shape = inputShape.clone();
        this.type = type;
        this.memory = new WorkingMemory(type);
        int length = Math.toIntExact(Arrays.stream(inputShape).skip(1).reduce(1, Math::multiplyExact));
        this.points = new double[capacity][length];
        this.gradient = new double[length];
    }

    /** Evaluates one point of each attempt, all of which ask for the same, and tells them. */
    void evaluate(List<Attempt> attempts, Search.Wish wish) {
        INDArray batch = place(attempts);
        if (wish == Search.Wish.VALUE) {
            double[][] logits = logits(function.predict(batch), attempts);
            tell(attempts, logits, rivals(attempts, logits), wish);
            return;
        }
        try (Pass pass = function.evaluate(batch)) {
            INDArray output = pass.output();
            double[][] logits = logits(output, attempts);
            int[] rivals = rivals(attempts, logits);
            readGradient(pass.inputGradient(cotangent(output, attempts, rivals)));
            tell(attempts, logits, rivals, wish);
        }
    }

    private static int[] rivals(List<Attempt> attempts, double[][] logits) {
        int[] rivals = new int[logits.length];
        for (int i = 0; i < rivals.length; i++) {
            Attempt attempt = attempts.get(i);
            rivals[i] = attempt.search().rival(logits[i], attempt.sample().label());
        }
        return rivals;
    }

    private void tell(List<Attempt> attempts, double[][] logits, int[] rivals, Search.Wish wish) {
        for (int i = 0; i < rivals.length; i++) {
            attempts.get(i).see(sight(attempts.get(i), i, logits[i], rivals[i], wish));
        }
    }

    /** Number of logits, from one sample. */
    static int outputs(Differentiable function, INDArray sample) {
        try (Pass pass = function.evaluate(sample)) {
            return requireOutput(pass.output(), 1);
        }
    }

    private INDArray place(List<Attempt> attempts) {
        int count = attempts.size();
        shape[0] = count;
        INDArray batch = memory.array("points", shape);
        int length = gradient.length;
        requireStaging(count * length);
        for (int i = 0; i < count; i++) {
            double[] point = points[i];
            attempts.get(i).search().place(point);
            attempts.get(i).sample().settle(point);
            if (type == DataType.FLOAT) {
                for (int p = 0; p < length; p++) {
                    narrow[i * length + p] = (float) point[p];
                }
            } else {
                System.arraycopy(point, 0, wide, i * length, length);
            }
        }
        if (type == DataType.FLOAT) {
            Tensors.write(narrow, batch);
        } else {
            Tensors.write(wide, batch);
        }
        return batch;
    }

    private void requireStaging(int length) {
        if (type == DataType.FLOAT && narrow.length != length) {
            narrow = new float[length];
        } else if (type == DataType.DOUBLE && wide.length != length) {
            wide = new double[length];
        }
    }

    private double[][] logits(INDArray output, List<Attempt> attempts) {
        int outputs = requireOutput(output, attempts.size());
        double[] flat = Tensors.toDoubles(output);
        double[][] logits = new double[attempts.size()][];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs);
            for (int k = 0; k < outputs; k++) {
                if (!Double.isFinite(logits[i][k])) {
                    throw new IllegalArgumentException("logit " + k + " of a point near sample "
                            + attempts.get(i).sample().index() + " is " + logits[i][k] + "; expected finite logits");
                }
            }
        }
        return logits;
    }

    private static int requireOutput(INDArray output, int batch) {
        if (output.rank() != 2 || output.size(0) != batch || output.size(1) < 1) {
            throw new ShapeMismatchException(
                    "output of the function", "[" + batch + ", outputs]", Arrays.toString(output.shape()));
        }
        return Math.toIntExact(output.size(1));
    }

    private static INDArray cotangent(INDArray output, List<Attempt> attempts, int[] rivals) {
        int outputs = Math.toIntExact(output.size(1));
        double[] flat = new double[attempts.size() * outputs];
        for (int i = 0; i < rivals.length; i++) {
            Decision.cotangent(
                    flat, i * outputs, outputs, attempts.get(i).sample().label(), rivals[i]);
        }
        DataType type = output.dataType() == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
        return Tensors.of(type, flat, output.shape());
    }

    private void readGradient(INDArray array) {
        if (!Arrays.equals(array.shape(), shape)) {
            throw new ShapeMismatchException(
                    "gradient of the function", Arrays.toString(shape), Arrays.toString(array.shape()));
        }
        Tensors.requireFinite("gradient of the function", array);
        // the points themselves are in the array that was evaluated, so their staging is free
        if (type == DataType.FLOAT) {
            narrow = Tensors.toFloats(array);
        } else {
            wide = Tensors.toDoubles(array);
        }
    }

    private Sight sight(Attempt attempt, int i, double[] logits, int rival, Search.Wish wish) {
        int label = attempt.sample().label();
        if (wish == Search.Wish.GRADIENT) {
            for (int p = 0; p < gradient.length; p++) {
                int at = i * gradient.length + p;
                gradient[p] = type == DataType.FLOAT ? narrow[at] : wide[at];
            }
        }
        return new Sight(
                points[i],
                logits,
                Decision.margin(logits, label, rival),
                wish == Search.Wish.GRADIENT ? gradient : NO_GRADIENT,
                Decision.prediction(logits) != label);
    }
}
