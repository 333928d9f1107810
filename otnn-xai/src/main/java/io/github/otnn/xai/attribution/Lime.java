package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.SeededStreams;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * LIME: coefficients of a linear model of the score in the cells that are shown, fitted near the sample.
 *
 * <pre>
 * minimise over theta, b:  sum_j w_j (f(x_j) - b - theta.z_j)^2 + ridge |theta|^2
 * w_j = exp(-|x - x_j|^2 / kernelWidth^2)
 * </pre>
 *
 * z_j shows each cell with probability 1/2, and x_j is the sample with the other cells at the baseline; the distance is L2 in
 * input units. In score units, with sign. The intercept is free. Each pixel gets the coefficient of its cell; images have a
 * grid of cells (no segmentation), tables a cell for each feature. All samples meet the same z. Costs {@code designs} forward
 * passes and no gradient.
 *
 * @param designs number of masks, at least 2; with {@code ridge} 0 more than there are cells
 * @param grid cells on each side of an image, at most the image's; tables ignore it
 * @param ridge penalty, finite, at least 0
 * @param kernelWidth in input units, above 0; infinite weighs all masks alike
 * @param baseline what stands in a hidden cell
 * @param seed of the masks
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1602.04938">Ribeiro, Singh, Guestrin 2016</a>
 */
public record Lime(int designs, int grid, double ridge, double kernelWidth, Baseline baseline, long seed, int batchSize)
        implements Attribution {
    /** Checks the settings. */
    public Lime {
        Cells.requireSettings("Lime", designs, 2, grid);
        if (!(ridge >= 0 && Double.isFinite(ridge))) {
            throw new IllegalArgumentException("Lime: ridge must be finite and >= 0, got " + ridge);
        }
        if (!(kernelWidth > 0)) {
            throw new IllegalArgumentException("Lime: kernelWidth must be > 0, got " + kernelWidth);
        }
        ScoredFunction.requireBatchSize("Lime", batchSize);
    }

    /** 150 masks, 8 x 8 cells, ridge 2, kernel width 45; grey in hidden cells of colour images, else 0. */
    public static Lime withDefaults(long seed, int batchSize) {
        return new Lime(150, 8, 2, 45, Baseline.grey(), seed, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(input);
        Cells cells = Cells.of("Lime", grid, dense.shape());
        double[][] shown = new double[designs][cells.count()];
        for (int j = 0; j < designs; j++) {
            SplittableRandom random = SeededStreams.of(seed, j, 0);
            Arrays.setAll(shown[j], c -> random.nextInt(2));
        }
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskSource masks = cells.masks(designs, (index, cell) -> shown[index][cell]);
        MaskedScores masked = new MaskedScores(scored, dense, baseline, masks, false, progress);
        double[][] scores = masked.all();
        SampleBaselines baselines = new SampleBaselines(baseline, dense.shape());
        double[][] maps = new double[scores.length][];
        for (int i = 0; i < maps.length; i++) {
            double[] x = Tensors.toDoubles(Tensors.rows(dense, i, i + 1));
            double[] weights = weights(shown, distances(cells, x, baselines.of(i, x)), i);
            maps[i] = cells.spread(fit(shown, weights, scores[i]));
        }
        return masked.maps(maps);
    }

    /** For each cell the squared distance that hiding it costs. */
    private static double[] distances(Cells cells, double[] x, double[] hidden) {
        int[] ofPixels = cells.ofPixels();
        int channels = cells.grid().channels();
        double[] squares = new double[cells.count()];
        for (int p = 0; p < x.length; p++) {
            double difference = x[p] - hidden[p];
            squares[ofPixels[p / channels]] += difference * difference;
        }
        return squares;
    }

    private double[] weights(double[][] shown, double[] squares, int sample) {
        double[] weights = new double[designs];
        for (int j = 0; j < designs; j++) {
            double distance = 0;
            for (int c = 0; c < squares.length; c++) {
                distance += (1 - shown[j][c]) * squares[c];
            }
            weights[j] = Math.exp(-distance / (kernelWidth * kernelWidth));
        }
        if (!(Arrays.stream(weights).sum() > 0)) {
            throw new IllegalArgumentException("Lime: every mask is too far from sample " + sample
                    + " to weigh anything; expected a kernelWidth near "
                    + Math.sqrt(Arrays.stream(squares).sum())
                    + ", got " + kernelWidth);
        }
        return weights;
    }

    /** Weighted ridge regression; means are taken out first, so that the intercept is free of the penalty. */
    private double[] fit(double[][] shown, double[] weights, double[] scores) {
        int count = shown[0].length;
        double total = Arrays.stream(weights).sum();
        double[] mean = new double[count];
        double meanScore = 0;
        for (int j = 0; j < designs; j++) {
            meanScore += weights[j] * scores[j] / total;
            for (int c = 0; c < count; c++) {
                mean[c] += weights[j] * shown[j][c] / total;
            }
        }
        double[][] matrix = new double[count][count];
        double[] right = new double[count];
        double[] centred = new double[count];
        for (int j = 0; j < designs; j++) {
            double[] row = shown[j];
            Arrays.setAll(centred, c -> row[c] - mean[c]);
            for (int c = 0; c < count; c++) {
                double weighted = weights[j] * centred[c];
                right[c] += weighted * (scores[j] - meanScore);
                for (int d = 0; d <= c; d++) {
                    matrix[c][d] += weighted * centred[d];
                }
            }
        }
        for (int c = 0; c < count; c++) {
            matrix[c][c] += ridge;
        }
        SymmetricSystem system = SymmetricSystem.factor(matrix);
        if (system == null) {
            throw new IllegalArgumentException("Lime: " + designs + " masks do not determine " + count
                    + " cells; take more designs, a smaller grid or a ridge above 0");
        }
        return system.solveInPlace(right);
    }

    @Override
    public String describe() {
        return "LIME, " + designs + " designs, grid " + grid + ", ridge " + ridge + ", kernel width " + kernelWidth
                + ", " + baseline.describe() + ", seed " + seed;
    }
}
