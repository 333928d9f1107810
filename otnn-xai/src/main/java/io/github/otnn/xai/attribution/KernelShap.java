package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * KernelSHAP: Shapley values of the cells, by a regression on coalitions of cells that are shown.
 *
 * <pre>
 * minimise over phi:  sum_j k_j (f(x_j) - f(x0) - phi.z_j)^2   with   sum_i phi_i = f(x) - f(x0)
 * k = (n - 1) / (C(n, s) s (n - s))   for coalitions of s out of n cells
 * </pre>
 *
 * x_j is the sample with the cells outside the coalition at the baseline, x0 the baseline alone. If there are no more than
 * {@code designs} coalitions, all are used and the values are exact; otherwise {@code designs} of them are drawn by the
 * kernel, in pairs that complete each other, which is exact where cells interact by twos only (if {@code designs} is even).
 * The sum of the cells is always exact. In score units, with sign. Each pixel gets the value of its cell;
 * images have a grid of cells (no segmentation), tables a cell for each feature. All samples meet the same coalitions. Costs
 * {@code designs + 2} forward passes and no gradient.
 *
 * @param designs number of coalitions, at least 1; unless all are used, at least as many as cells
 * @param grid cells on each side of an image, at most the image's; tables ignore it
 * @param baseline what stands in a hidden cell
 * @param seed of the coalitions
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1705.07874">Lundberg, Lee 2017</a>
 * @see <a href="https://arxiv.org/abs/2012.01536">Covert, Lee 2021</a>, the pairs
 */
public record KernelShap(int designs, int grid, Baseline baseline, long seed, int batchSize) implements Attribution {
    /** Checks the settings. */
    public KernelShap {
        Cells.requireSettings("KernelShap", designs, 1, grid);
        ScoredFunction.requireBatchSize("KernelShap", batchSize);
    }

    /** 800 coalitions, 8 x 8 cells; grey in hidden cells of colour images, else 0. */
    public static KernelShap withDefaults(long seed, int batchSize) {
        return new KernelShap(800, 8, Baseline.grey(), seed, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(input);
        Cells cells = Cells.of("KernelShap", grid, dense.shape());
        Coalitions coalitions = Coalitions.of(cells.count(), designs, seed);
        double[][] present = coalitions.present();
        SymmetricSystem system = system(coalitions, cells.count());
        // behind the coalitions come the baseline alone and the sample as it is
        MaskSource masks = cells.masks(
                present.length + 2,
                (index, cell) -> index < present.length ? present[index][cell] : index - present.length);
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskedScores masked = new MaskedScores(scored, dense, baseline, masks, false, progress);
        double[][] scores = masked.all();
        double[][] maps = new double[scores.length][];
        Arrays.setAll(maps, i -> cells.spread(values(coalitions, system, scores[i], cells.count())));
        return masked.maps(maps);
    }

    /** Normal equations; the last cell takes what the others leave, so it is no unknown. */
    private SymmetricSystem system(Coalitions coalitions, int cells) {
        double[][] matrix = new double[cells - 1][cells - 1];
        for (int s = 0; s < coalitions.present().length; s++) {
            double[] row = coalitions.present()[s];
            for (int i = 0; i < cells - 1; i++) {
                double weighted = coalitions.weights()[s] * (row[i] - row[cells - 1]);
                for (int j = 0; weighted != 0 && j <= i; j++) {
                    matrix[i][j] += weighted * (row[j] - row[cells - 1]);
                }
            }
        }
        SymmetricSystem system = SymmetricSystem.factor(matrix);
        if (system == null) {
            throw new IllegalArgumentException("KernelShap: " + coalitions.present().length
                    + " coalitions do not determine " + cells + " cells; take more designs or a smaller grid");
        }
        return system;
    }

    private static double[] values(Coalitions coalitions, SymmetricSystem system, double[] scores, int cells) {
        int last = cells - 1;
        double alone = scores[scores.length - 2];
        double change = scores[scores.length - 1] - alone;
        double[] right = new double[last];
        for (int s = 0; s < coalitions.present().length; s++) {
            double[] row = coalitions.present()[s];
            double rest = coalitions.weights()[s] * (scores[s] - alone - row[last] * change);
            for (int i = 0; i < last; i++) {
                right[i] += (row[i] - row[last]) * rest;
            }
        }
        double[] values = Arrays.copyOf(system.solveInPlace(right), cells);
        values[last] = change - Arrays.stream(values).sum();
        return values;
    }

    @Override
    public String describe() {
        return "KernelSHAP, " + designs + " designs, grid " + grid + ", " + baseline.describe() + ", seed " + seed;
    }
}
