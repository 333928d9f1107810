package io.github.otnn.core.samediff;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph of SameDiff as a {@link Differentiable}, so that everything that explains or attacks works on it.
 *
 * <pre>{@code
 * Differentiable model = SameDiffFunction.of(SameDiff.load(file, false), "input", "logits");
 * }</pre>
 *
 * The graph needs one placeholder {@code [-1, ...]} of type FLOAT or DOUBLE, and an output {@code [batch, outputs]} whose sample i
 * depends on sample i of the input only. It is copied, so later changes of the original change nothing here. Thread-safe by a lock:
 * one thread computes at a time, as graphs of SameDiff cannot be shared. A gradient computes the forward pass again.
 *
 * <p><b>SameDiff writes to the standard output</b>: the line {@code Added differentiated op ...}, once for each operator, when the
 * first gradient is asked for. Nothing in ND4J turns that off, and this library does not redirect streams of the application.
 * Convolutions whose weights have the format OIYX have no gradient in SameDiff; use YXIO.
 */
public final class SameDiffFunction implements Differentiable {
    private static final String COTANGENT = "otnnCotangent";
    private static final String SCORE = "otnnScore";

    private final SameDiff graph;
    private final String input;
    private final String output;
    private final DataType type;
    private final @Nullable Shape sample;
    private boolean differentiated;

    private SameDiffFunction(SameDiff graph, String input, String output) {
        this.graph = graph;
        this.input = input;
        this.output = output;
        SDVariable placeholder = graph.getVariable(input);
        this.type = placeholder.dataType();
        this.sample = sample(placeholder.placeholderShape());
    }

    /**
     * Adapts a graph.
     *
     * @param graph copied
     * @param input name of its placeholder
     * @param output name of a variable that depends on it
     * @throws IllegalArgumentException if there are no such variables, or the placeholder is neither FLOAT nor DOUBLE
     */
    public static SameDiffFunction of(SameDiff graph, String input, String output) {
        for (String name : new String[] {input, output}) {
            if (!graph.hasVariable(name)) {
                throw new IllegalArgumentException("SameDiffFunction: the graph has no variable '" + name + "'");
            }
        }
        if (!graph.isPlaceHolder(input)) {
            throw new IllegalArgumentException("SameDiffFunction: expected '" + input + "' to be a placeholder, got "
                    + graph.getVariable(input).getVariableType());
        }
        DataType type = graph.getVariable(input).dataType();
        if (type != DataType.FLOAT && type != DataType.DOUBLE) {
            throw new IllegalArgumentException(
                    "SameDiffFunction: expected a FLOAT or DOUBLE placeholder, got '" + input + "' of " + type);
        }
        return new SameDiffFunction(graph.dup(), input, output);
    }

    /**
     * Evaluates the graph.
     *
     * @param batch {@code [batch, ...]}. Not modified.
     * @throws ShapeMismatchException if the placeholder has another shape
     * @throws IllegalArgumentException if the batch is empty or holds NaN or infinite values
     */
    @Override
    public Pass evaluate(INDArray batch) {
        Shape shape = sample != null ? sample : Shape.ofSample(batch.shape());
        INDArray copy = Tensors.requireBatch("SameDiffFunction '" + input + "'", batch, shape, type)
                .dup('c');
        INDArray result = forward(copy);
        if (result.rank() < 2 || result.size(0) != copy.size(0)) {
            throw new ShapeMismatchException(
                    "SameDiffFunction '" + output + "'",
                    "output [" + copy.size(0) + ", outputs]",
                    Arrays.toString(result.shape()));
        }
        return new GraphPass(copy, result);
    }

    private synchronized INDArray forward(INDArray batch) {
        return Objects.requireNonNull(graph.output(Map.of(input, batch), output).get(output))
                .dup('c');
    }

    private synchronized INDArray gradient(INDArray batch, INDArray cotangent) {
        if (!differentiated) {
            SDVariable weights = graph.placeHolder(COTANGENT, type, batchOf(cotangent.shape()));
            graph.getVariable(output).mul(weights).sum().rename(SCORE);
            graph.setLossVariables(SCORE);
            graph.createGradFunction(input);
            differentiated = true;
        }
        Map<String, INDArray> values = Map.of(input, batch, COTANGENT, cotangent);
        return Objects.requireNonNull(graph.calculateGradients(values, input).get(input))
                .dup('c');
    }

    private static long[] batchOf(long[] shape) {
        long[] any = shape.clone();
        any[0] = -1;
        return any;
    }

    /** Shape of a sample, where the placeholder tells it. */
    private static @Nullable Shape sample(long @Nullable [] placeholder) {
        if (placeholder == null || placeholder.length < 2) {
            return null;
        }
        long[] sizes = Arrays.copyOfRange(placeholder, 1, placeholder.length);
        return Arrays.stream(sizes).allMatch(size -> size > 0) ? Shape.of(sizes) : null;
    }

    private final class GraphPass implements Pass {
        private final INDArray result;
        private @Nullable INDArray batch;

        private GraphPass(INDArray batch, INDArray result) {
            this.batch = batch;
            this.result = result;
        }

        @Override
        public INDArray output() {
            return result;
        }

        @Override
        public INDArray inputGradient(INDArray cotangent) {
            INDArray at = batch;
            if (at == null) {
                throw new IllegalStateException("inputGradient: the pass is closed");
            }
            if (!Arrays.equals(cotangent.shape(), result.shape())) {
                throw new ShapeMismatchException(
                        "cotangent", Arrays.toString(result.shape()), Arrays.toString(cotangent.shape()));
            }
            return gradient(at, Tensors.dense(cotangent, type));
        }

        @Override
        public void close() {
            batch = null;
        }
    }
}
