package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Occlusion: how much the score falls when a patch is hidden.
 *
 * <pre>map at a pixel = sum over the patches covering it of score(x) - score(x with the patch at the baseline)</pre>
 *
 * In score units; not divided by the number of patches that overlap. Patches begin at the top left, and those that reach over
 * the right or lower border are cut off there, so that every pixel is hidden at least once. Costs one forward pass for each
 * patch and one more, and no gradient. In tables a patch is a run of features: {@link #ofFeatures} hides them one by one.
 *
 * @param patchRows height of a patch, at least 1; what is more than the image has is cut off
 * @param patchColumns width of a patch, at least 1
 * @param strideRows distance of neighbours, from 1 to the height of a patch
 * @param strideColumns distance of neighbours, from 1 to the width of a patch
 * @param baseline what stands in a hidden patch
 * @param batchSize points evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1311.2901">Zeiler, Fergus 2013</a>
 */
public record Occlusion(
        int patchRows, int patchColumns, int strideRows, int strideColumns, Baseline baseline, int batchSize)
        implements Attribution {
    /** Checks the settings. */
    public Occlusion {
        requireAxis("rows", patchRows, strideRows);
        requireAxis("columns", patchColumns, strideColumns);
        ScoredFunction.requireBatchSize("Occlusion", batchSize);
    }

    private static void requireAxis(String axis, int patch, int stride) {
        if (patch < 1 || stride < 1 || stride > patch) {
            throw new IllegalArgumentException(
                    "Occlusion: expected a patch of at least 1 and a stride from 1 to the patch," + " got patch "
                            + patch + " and stride " + stride + " for the " + axis);
        }
    }

    /** Patches of 3 x 3 pixels side by side, replaced by 0. */
    public static Occlusion withDefaults(int batchSize) {
        return square(3, 3, Baseline.constant(0), batchSize);
    }

    /** Square patches. */
    public static Occlusion square(int patch, int stride, Baseline baseline, int batchSize) {
        return new Occlusion(patch, patch, stride, stride, baseline, batchSize);
    }

    /** One value at a time: the features of tables. */
    public static Occlusion ofFeatures(Baseline baseline, int batchSize) {
        return square(1, 1, baseline, batchSize);
    }

    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        PixelGrid grid = PixelGrid.of(input.shape());
        PatchMasks patches = new PatchMasks(
                new PatchMasks.PatchAxis(grid.rows(), patchRows, strideRows),
                new PatchMasks.PatchAxis(grid.columns(), patchColumns, strideColumns));
        ScoredFunction scored = new ScoredFunction(function, score, batchSize);
        MaskedScores masked = new MaskedScores(scored, input, baseline, patches, true, progress);
        double[] plain = masked.plainScores();
        double[][] maps = new double[masked.samples()][grid.count()];
        masked.forEach((sample, index, value, masks, offset) -> {
            double[] map = maps[sample];
            double fall = plain[sample] - value;
            for (int p = 0; p < map.length; p++) {
                map[p] += fall * (1 - masks[offset + p]);
            }
        });
        return masked.maps(maps);
    }

    @Override
    public String describe() {
        return "occlusion, patches of " + patchRows + " x " + patchColumns + ", stride " + strideRows + " x "
                + strideColumns + ", " + baseline.describe();
    }
}
