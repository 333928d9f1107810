package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores of every sample under every mask: {@code score(M x + (1 - M) baseline)}.
 *
 * <p>Each mask is made once, for all samples; one batch of masks and one of points are held.
 */
final class MaskedScores {
    private final Variations variations;
    private final SampleBaselines baselines;
    private final MaskSource masks;
    private final PixelGrid grid;
    private final double[] chunk;
    private final int chunkSize;
    private int chunkStart;

    /** Takes the score under one mask. */
    @FunctionalInterface
    interface Visitor {
        /** Takes the score of a sample under mask {@code index}, whose values begin at {@code offset}; not to be kept. */
        void accept(int sample, int index, double score, double[] masks, int offset);
    }

    /**
     * Prepares for an input.
     *
     * @param plainScores whether {@link #plainScores} will be asked for, for the progress
     */
    MaskedScores(
            ScoredFunction function,
            INDArray input,
            Baseline baseline,
            MaskSource masks,
            boolean plainScores,
            Progress progress) {
        int points = Math.addExact(masks.count(), plainScores ? 1 : 0);
        this.variations = new Variations(function, input, points, progress);
        this.baselines = new SampleBaselines(baseline, input.shape());
        this.masks = masks;
        this.grid = PixelGrid.of(input.shape());
        this.chunkSize = Math.min(function.batchSize(), masks.count());
        this.chunk = new double[Math.multiplyExact(chunkSize, grid.count())];
    }

    int samples() {
        return variations.samples();
    }

    PixelGrid grid() {
        return grid;
    }

    /** Scores of the samples as they are. */
    double[] plainScores() {
        double[] scores = new double[samples()];
        variations.scores(
                0,
                1,
                (sample, index, x, into, offset) -> System.arraycopy(x, 0, into, offset, x.length),
                (sample, index, score) -> scores[sample] = score);
        return scores;
    }

    /** Evaluates all; each sample meets the masks in order. */
    void forEach(Visitor visitor) {
        int pixels = grid.count();
        for (chunkStart = 0; chunkStart < masks.count(); chunkStart += chunkSize) {
            int end = Math.min(masks.count(), chunkStart + chunkSize);
            for (int j = chunkStart; j < end; j++) {
                masks.write(j, grid.rows(), grid.columns(), chunk, (j - chunkStart) * pixels);
            }
            variations.scores(
                    chunkStart,
                    end,
                    this::makePoint,
                    (sample, index, score) ->
                            visitor.accept(sample, index, score, chunk, (index - chunkStart) * pixels));
        }
    }

    /** The same, with the scores kept as {@code [samples][masks]}. */
    double[][] all() {
        double[][] scores = new double[samples()][masks.count()];
        forEach((sample, index, score, values, offset) -> scores[sample][index] = score);
        return scores;
    }

    /** The maps, one number for each pixel of each sample, in the type of the input. */
    INDArray maps(double[][] pixels) {
        INDArray input = variations.input();
        INDArray maps = Tensors.uninitialized(input.dataType(), PixelGrid.mapShape(input.shape()));
        for (int i = 0; i < pixels.length; i++) {
            Tensors.write(pixels[i], Tensors.rows(maps, i, i + 1));
        }
        return maps;
    }

    private void makePoint(int sample, int index, double[] x, double[] into, int offset) {
        double[] hidden = baselines.of(sample, x);
        int mask = (index - chunkStart) * grid.count();
        int channels = grid.channels();
        if (channels == 1) {
            for (int p = 0; p < x.length; p++) {
                into[offset + p] = chunk[mask + p] * x[p] + (1 - chunk[mask + p]) * hidden[p];
            }
            return;
        }
        for (int p = 0; p < grid.count(); p++) {
            double shown = chunk[mask + p];
            for (int v = p * channels; v < (p + 1) * channels; v++) {
                into[offset + v] = shown * x[v] + (1 - shown) * hidden[v];
            }
        }
    }
}
