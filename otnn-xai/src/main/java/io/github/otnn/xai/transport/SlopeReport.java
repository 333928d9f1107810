package io.github.otnn.xai.transport;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Distribution;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How steep a score f is on data, and how close the unit transport step comes to its zero.
 *
 * <pre>
 * slope      |grad f(x)|                      at most L for an L-Lipschitz score; 1 almost everywhere at the optimum of hKR
 * residual   |f(x - f grad f)| / |f(x)|       0 where the step ends on the boundary; 1 - slope^2 where f is affine
 * </pre>
 *
 * A residual is 0 where f(x) is 0: such a sample is on the boundary already. The arrays belong to the receiver.
 *
 * @param scores {@code [samples]}, f(x)
 * @param gradientNorms {@code [samples]}, slopes in score units per input unit
 * @param boundaryResiduals {@code [samples]}, relative residuals, no unit
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Prop. 2
 */
public record SlopeReport(double[] scores, double[] gradientNorms, double[] boundaryResiduals) {
    /**
     * Measures all samples: one gradient and one more evaluation for each.
     *
     * @param data {@code [samples, ...]}, finite. Not modified.
     * @param batchSize samples evaluated at once; bounds memory, does not change results
     * @throws io.github.otnn.core.ShapeMismatchException if the function cannot take this shape
     * @throws IllegalArgumentException if a value is NaN or infinite, or the score does not fit the function
     */
    public static SlopeReport of(Differentiable function, INDArray data, Score score, int batchSize) {
        int samples = data.rank() == 0 ? 0 : Math.toIntExact(data.size(0));
        SlopeReport report = new SlopeReport(new double[samples], new double[samples], new double[samples]);
        new ScoredFunction(function, score, batchSize).forEachBatch(data, report::fill);
        return report;
    }

    /** Summary of the slopes. */
    public Distribution slope() {
        return Distribution.of(gradientNorms);
    }

    /** Summary of the residuals. */
    public Distribution boundaryResidual() {
        return Distribution.of(boundaryResiduals);
    }

    /** Share of the samples whose slope lies in {@code [low, high]}. */
    public double shareOfSlopesWithin(double low, double high) {
        int inside = 0;
        for (double norm : gradientNorms) {
            inside += norm >= low && norm <= high ? 1 : 0;
        }
        return (double) inside / gradientNorms.length;
    }

    /** The report as text. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "slope |grad f|: %s%nboundary residual |f(x - f grad f)|/|f|: %s%n",
                slope().describe(),
                boundaryResidual().describe());
    }

    private void fill(ScoredBatch batch) {
        double[] before = batch.values().scores();
        double[] after = batch.valuesAt(batch.moved(before)).scores();
        double[] norms = batch.gradientNorms();
        for (int i = 0; i < before.length; i++) {
            int sample = batch.first() + i;
            scores[sample] = before[i];
            gradientNorms[sample] = norms[i];
            boundaryResiduals[sample] = before[i] == 0 ? 0 : Math.abs(after[i]) / Math.abs(before[i]);
        }
    }
}
