package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.SeededStreams;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * HSIC attribution: how far the score depends on whether a cell is shown, by the Hilbert-Schmidt independence criterion.
 *
 * <pre>
 * H_i = (1/N^2) sum_ab (centred K_i)_ab L_ab
 * K_i = 0.5 - (z_ai - z_bi)^2,   L_ab = exp(-(f_a - f_b)^2 / (2 w^2)),   w = median of |f_a - f_b|, a &lt; b
 * </pre>
 *
 * z are N masks of zeros and ones, in each of which a cell is shown or hidden; over all masks each cell is hidden half of the
 * time, in an order of its own (the first digits of a Sobol sequence would repeat between cells). Without a unit, never
 * negative before the resize, 0 for a score that never changes. Images have a grid of cells, and maps are enlarged
 * bicubically; tables have a cell for each feature. Costs N forward passes and no gradient, and time of N^2 cells in Java.
 *
 * @param designs N, at least 2
 * @param grid cells on each side of an image, at most the image's; tables ignore it
 * @param baseline what stands in a hidden cell
 * @param seed of the masks
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/2206.06219">Novello, Fel, Vigouroux 2022</a>
 */
public record Hsic(int designs, int grid, Baseline baseline, long seed, int batchSize) implements Attribution {
    /** Checks the settings. */
    public Hsic {
        Cells.requireSettings("Hsic", designs, 2, grid);
        ScoredFunction.requireBatchSize("Hsic", batchSize);
    }

    /** 500 masks, 8 x 8 cells, 0 in hidden ones. */
    public static Hsic withDefaults(long seed, int batchSize) {
        return new Hsic(500, 8, Baseline.constant(0), seed, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(input);
        Cells cells = Cells.of("Hsic", grid, dense.shape());
        double[][] shown = masks(cells.count());
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskSource masks = cells.masks(designs, (index, cell) -> shown[cell][index]);
        MaskedScores masked = new MaskedScores(scored, dense, baseline, masks, false, progress);
        double[][] scores = masked.all();
        double[][] maps = new double[scores.length][];
        Arrays.setAll(maps, i -> cells.smooth(dependence(shown, scores[i])));
        return masked.maps(maps);
    }

    /** For each cell whether a mask shows it, {@code [cells][designs]}. */
    private double[][] masks(int cellCount) {
        double[][] shown = new double[cellCount][designs];
        for (int c = 0; c < cellCount; c++) {
            int[] order = LatinHypercube.shuffled(designs, SeededStreams.of(seed, c, 0));
            Arrays.setAll(shown[c], j -> order[j] < designs / 2 ? 0 : 1);
        }
        return shown;
    }

    /** H of each cell. Centring K_i leaves 2 (z_a - mean z)(z_b - mean z), so L needs no centring and no room. */
    static double[] dependence(double[][] shown, double[] scores) {
        int count = scores.length;
        double[] dependence = new double[shown.length];
        double width = medianDistance(scores);
        if (width == 0) {
            return dependence;
        }
        double[][] centred = new double[shown.length][count];
        for (int c = 0; c < shown.length; c++) {
            double[] values = shown[c];
            double mean = Arrays.stream(values).sum() / count;
            Arrays.setAll(centred[c], j -> values[j] - mean);
        }
        double[] likeness = new double[count];
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                double distance = (scores[a] - scores[b]) / width;
                likeness[b] = Math.exp(-distance * distance / 2);
            }
            for (int c = 0; c < centred.length; c++) {
                double sum = 0;
                for (int b = 0; b < count; b++) {
                    sum += centred[c][b] * likeness[b];
                }
                dependence[c] += 2 * centred[c][a] * sum / ((double) count * count);
            }
        }
        return dependence;
    }

    /** Median distance of two scores; where more than half of them are equal, the mean distance. */
    private static double medianDistance(double[] scores) {
        int count = scores.length;
        double[] distances = new double[Math.multiplyExact(count, count - 1) / 2];
        int filled = 0;
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < a; b++) {
                distances[filled++] = Math.abs(scores[a] - scores[b]);
            }
        }
        Arrays.sort(distances);
        double median = (distances[(filled - 1) / 2] + distances[filled / 2]) / 2;
        return median > 0 ? median : Arrays.stream(distances).sum() / filled;
    }

    @Override
    public String describe() {
        return "HSIC, " + designs + " designs, grid " + grid + ", " + baseline.describe() + ", seed " + seed;
    }
}
