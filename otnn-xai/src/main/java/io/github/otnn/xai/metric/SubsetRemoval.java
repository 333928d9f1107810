package io.github.otnn.xai.metric;

import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import io.github.otnn.xai.attribution.Cells;
import io.github.otnn.xai.attribution.SampleBaselines;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Removes subsets of cells from samples, and sums maps over them. Subsets are made once, for all samples. */
final class SubsetRemoval {
    private final Variations variations;
    private final SampleBaselines baselines;
    private final int pixelCount;
    private final int[] cellOf;
    /** Pixels, cell by cell; those of cell c from {@code starts[c]} to {@code starts[c + 1] - 1}. */
    private final int[] pixels;

    private final int[] starts;
    /** Cells of each subset. */
    private final int[][] removed;

    SubsetRemoval(
            ScoredFunction function,
            INDArray inputs,
            int grid,
            SubsetSource subsets,
            Baseline baseline,
            Progress progress) {
        Cells cells = Cells.of("MuFidelity", grid, inputs.shape());
        this.variations = new Variations(function, inputs, subsets.count() + 1, progress);
        this.baselines = new SampleBaselines(baseline, inputs.shape());
        this.pixelCount = cells.grid().count();
        this.cellOf = cells.ofPixels();
        this.starts = new int[cells.count() + 1];
        for (int cell : cellOf) {
            starts[cell + 1]++;
        }
        for (int cell = 1; cell < starts.length; cell++) {
            starts[cell] += starts[cell - 1];
        }
        this.pixels = new int[pixelCount];
        int[] next = starts.clone();
        for (int p = 0; p < pixelCount; p++) {
            pixels[next[cellOf[p]]++] = p;
        }
        this.removed = new int[subsets.count()][];
        boolean[] drawn = new boolean[cells.count()];
        for (int j = 0; j < removed.length; j++) {
            subsets.write(j, cells.rows(), cells.columns(), drawn);
            removed[j] = indices(drawn);
        }
    }

    private static int[] indices(boolean[] chosen) {
        int count = 0;
        int[] indices = new int[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                indices[count++] = i;
            }
        }
        return Arrays.copyOf(indices, count);
    }

    /** {@code [samples][subsets]}: how much the score falls. */
    double[][] falls() {
        double[][] falls = new double[variations.samples()][removed.length];
        double[] plain = new double[1];
        variations.scores(0, removed.length + 1, this::makePoint, (sample, index, score) -> {
            if (index == 0) {
                plain[0] = score;
            } else {
                falls[sample][index - 1] = plain[0] - score;
            }
        });
        return falls;
    }

    /** Sums of a map over each subset. */
    double[] sums(double[] map) {
        double[] ofCells = new double[starts.length - 1];
        for (int p = 0; p < pixelCount; p++) {
            ofCells[cellOf[p]] += map[p];
        }
        double[] sums = new double[removed.length];
        for (int j = 0; j < sums.length; j++) {
            for (int cell : removed[j]) {
                sums[j] += ofCells[cell];
            }
        }
        return sums;
    }

    private void makePoint(int sample, int index, double[] x, double[] into, int offset) {
        System.arraycopy(x, 0, into, offset, x.length);
        if (index == 0) {
            return;
        }
        double[] hidden = baselines.of(sample, x);
        int channels = x.length / pixelCount;
        for (int cell : removed[index - 1]) {
            for (int k = starts[cell]; k < starts[cell + 1]; k++) {
                int first = pixels[k] * channels;
                for (int v = first; v < first + channels; v++) {
                    into[offset + v] = hidden[v];
                }
            }
        }
    }
}
