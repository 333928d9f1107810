package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Total Sobol index of each cell: the share of the score's variance that vanishes if the cell's mask is held fixed.
 *
 * <pre>S_i = sum_j (f(A_j) - f(C_ij))^2 / (2 N V)</pre>
 *
 * Masks have values in [0, 1]; rows A_j and B_j are independent, C_ij is A_j with cell i taken from B_j, and V is the variance of
 * f over all A and B (Jansen's estimator). Without a unit, never negative before the resize, 0 for a score that never changes;
 * the indices add up to 1 where cells do not interact and to more where they do. Rows are Latin hypercubes: with few rows and
 * many cells, columns of Sobol sequences coincide, and cells could not be told apart. Images have a grid of cells, and maps are
 * enlarged bicubically; tables have a cell for each feature. Costs {@code designs (cells + 2)} forward passes and no gradient.
 *
 * @param designs N, at least 2
 * @param grid cells on each side of an image, at most the image's; tables ignore it
 * @param baseline what stands where a mask hides
 * @param seed of the rows
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/2111.04138">Fel, Cadene, Chalvidal, Cord, Vigouroux, Serre 2021</a>
 */
public record SobolIndices(int designs, int grid, Baseline baseline, long seed, int batchSize) implements Attribution {
    /** Checks the settings. */
    public SobolIndices {
        Cells.requireSettings("SobolIndices", designs, 2, grid);
        ScoredFunction.requireBatchSize("SobolIndices", batchSize);
    }

    /** 32 rows, 8 x 8 cells, 0 where a mask hides. */
    public static SobolIndices withDefaults(long seed, int batchSize) {
        return new SobolIndices(32, 8, Baseline.constant(0), seed, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(input);
        Cells cells = Cells.of("SobolIndices", grid, dense.shape());
        double[][] rows = LatinHypercube.points(designs, Math.multiplyExact(2, cells.count()), seed);
        MaskSource masks = cells.masks(
                Math.multiplyExact(designs, cells.count() + 2),
                (index, cell) -> value(rows, index, cell, cells.count()));
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskedScores masked = new MaskedScores(scored, dense, baseline, masks, false, progress);
        Estimate[] estimates = new Estimate[masked.samples()];
        Arrays.setAll(estimates, i -> new Estimate(designs, cells.count()));
        masked.forEach((sample, index, value, values, offset) -> estimates[sample].add(index, value));
        double[][] maps = new double[estimates.length][];
        Arrays.setAll(maps, i -> cells.smooth(estimates[i].indices()));
        return masked.maps(maps);
    }

    /** First the rows of A, then those of B, then for each cell the rows of A with that cell from B. */
    private double value(double[][] rows, int index, int cell, int cellCount) {
        double[] row = rows[index % designs];
        int block = index / designs;
        return block == 1 || block == cell + 2 ? row[cellCount + cell] : row[cell];
    }

    @Override
    public String describe() {
        return "total Sobol indices, " + designs + " designs, grid " + grid + ", " + baseline.describe() + ", seed "
                + seed;
    }

    /** Running sums of one sample. */
    private static final class Estimate {
        private final double[] plain;
        private final double[] squares;
        private double mean;
        private double deviations;

        private Estimate(int designs, int cells) {
            this.plain = new double[designs];
            this.squares = new double[cells];
        }

        private void add(int index, double score) {
            int row = index % plain.length;
            int block = index / plain.length;
            if (block >= 2) {
                double difference = plain[row] - score;
                squares[block - 2] += difference * difference;
                return;
            }
            if (block == 0) {
                plain[row] = score;
            }
            double difference = score - mean;
            mean += difference / (index + 1);
            deviations += difference * (score - mean);
        }

        private double[] indices() {
            double variance = deviations / (2 * plain.length - 1);
            return Arrays.stream(squares)
                    .map(sum -> variance == 0 ? 0 : sum / (2 * plain.length * variance))
                    .toArray();
        }
    }
}
