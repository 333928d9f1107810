package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an independently trained function, the judge, says of counterfactuals: whether it sees the new class in them too.
 *
 * <p>Only samples whose predicted class has changed are judged. A point that both see alike has probably gained what makes up
 * its new class; one that the judge still puts into the old class is closer to an adversarial example of the function alone. The
 * judge's own mistakes count: look at {@link #agreedBeforeShare}. The arrays belong to the receiver.
 *
 * @param samples those whose predicted class has changed, in order
 * @param before {@code [samples.length]}, the judge's class of the sample itself
 * @param after {@code [samples.length]}, the judge's class of the point
 * @param left {@code [samples.length]}, class that the function has left
 * @param reached {@code [samples.length]}, class that the function sees in the point
 */
public record Verdict(int[] samples, int[] before, int[] after, int[] left, int[] reached) {
    /**
     * Has the points of one t judged. Costs two forward passes of the judge for each sample whose class has changed.
     *
     * @param input the samples that were moved. Not modified.
     * @param time place of the t
     * @param judge with as many outputs as the function
     * @param batchSize points evaluated at once; bounds memory
     * @throws ShapeMismatchException if the input has another shape than the points, or the judge gives another number of outputs
     */
    public static Verdict of(Counterfactuals result, INDArray input, int time, Differentiable judge, int batchSize) {
        INDArray points = result.points(time);
        if (!Arrays.equals(points.shape(), input.shape())) {
            throw new ShapeMismatchException(
                    "verdict: input", Arrays.toString(points.shape()), Arrays.toString(input.shape()));
        }
        ScoredFunction.requireBatchSize("verdict", batchSize);
        int[] changed = IntStream.range(0, result.samples())
                .filter(i -> result.prediction(time, i) != result.predictionBefore(i))
                .toArray();
        int outputs = result.before().logits()[0].length;
        return new Verdict(
                changed,
                predictions(judge, input, changed, outputs, batchSize),
                predictions(judge, points, changed, outputs, batchSize),
                Arrays.stream(changed).map(result::predictionBefore).toArray(),
                Arrays.stream(changed).map(i -> result.prediction(time, i)).toArray());
    }

    private static int[] predictions(Differentiable judge, INDArray from, int[] chosen, int outputs, int batchSize) {
        if (chosen.length == 0) {
            return new int[0];
        }
        long[] shape = from.shape().clone();
        shape[0] = chosen.length;
        INDArray rows = Tensors.uninitialized(from.dataType(), shape);
        Tensors.gatherRows(Tensors.dense(from), chosen, rows);
        double[][] logits = new ScoredFunction(judge, Score.logit(0), batchSize)
                .values(rows)
                .logits();
        if (logits[0].length != outputs) {
            throw new ShapeMismatchException("verdict: outputs of the judge", "" + outputs, "" + logits[0].length);
        }
        return Arrays.stream(logits).mapToInt(Counterfactuals::prediction).toArray();
    }

    /** Whether the judge sees the class in a point that the function sees; {@code place} counts {@link #samples}. */
    public boolean confirms(int place) {
        return after[place] == reached[place];
    }

    /** Share of the judged points that the judge sees as the function does; NaN if there are none. */
    public double confirmedShare() {
        return share(after, reached);
    }

    /** Share of the judged points that the judge still puts into the class that the function has left; NaN if there are none. */
    public double refusedShare() {
        return share(after, left);
    }

    /** Share of the samples, unmoved, that the judge saw as the function did; NaN if there are none. */
    public double agreedBeforeShare() {
        return share(before, left);
    }

    private static double share(int[] seen, int[] expected) {
        return IntStream.range(0, seen.length)
                .mapToDouble(n -> seen[n] == expected[n] ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }
}
