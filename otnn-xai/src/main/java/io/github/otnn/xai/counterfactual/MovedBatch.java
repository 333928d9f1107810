package io.github.otnn.xai.counterfactual;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredBatch;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Samples of a batch after a move: where they are once clipped, and how far that is.
 *
 * @param points {@code [size, ...]}
 * @param distances {@code [size]}, from the samples, in float64
 * @param clippedShares {@code [size]}, share of the values that clipping moved
 */
record MovedBatch(INDArray points, double[] distances, double[] clippedShares) {
    /**
     * Clips moved samples, in place.
     *
     * @param moved {@code [size, ...]}, dense. Modified.
     */
    static MovedBatch clipped(ScoredBatch batch, INDArray moved, @Nullable Limits limits) {
        MovedBatch result = new MovedBatch(moved, new double[batch.size()], new double[batch.size()]);
        for (int i = 0; i < batch.size(); i++) {
            result.finish(batch, limits, i);
        }
        return result;
    }

    boolean anyClipped() {
        for (double share : clippedShares) {
            if (share > 0) {
                return true;
            }
        }
        return false;
    }

    private void finish(ScoredBatch batch, @Nullable Limits limits, int i) {
        INDArray target = Tensors.rows(points, i, i + 1L);
        double[] point = Tensors.toDoubles(target);
        double[] origin = Tensors.toDoubles(Tensors.rows(batch.input(), i, i + 1L));
        int clipped = 0;
        for (int p = 0; p < point.length && limits != null; p++) {
            double inside = limits.clip(p, point[p], origin[p]);
            clipped += inside == point[p] ? 0 : 1;
            point[p] = inside;
        }
        if (clipped > 0) {
            Tensors.write(point, target);
            point = Tensors.toDoubles(target);
        }
        double squares = 0;
        for (int p = 0; p < point.length; p++) {
            squares += (point[p] - origin[p]) * (point[p] - origin[p]);
        }
        distances[i] = Math.sqrt(squares);
        clippedShares[i] = (double) clipped / point.length;
    }
}
