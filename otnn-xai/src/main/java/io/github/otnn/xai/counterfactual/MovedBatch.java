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
        int size = batch.size();
        double[] values = Tensors.toDoubles(moved);
        double[] origins = Tensors.toDoubles(batch.input());
        MovedBatch result = new MovedBatch(moved, new double[size], new double[size]);
        if (limits != null) {
            result.clip(values, origins, limits);
        }
        if (result.anyClipped()) {
            Tensors.write(values, moved);
            values = Tensors.toDoubles(moved);
        }
        result.measure(values, origins);
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

    private void clip(double[] values, double[] origins, Limits limits) {
        int length = values.length / clippedShares.length;
        for (int i = 0; i < clippedShares.length; i++) {
            int clipped = 0;
            for (int p = 0; p < length; p++) {
                int at = i * length + p;
                double inside = limits.clip(p, values[at], origins[at]);
                clipped += inside == values[at] ? 0 : 1;
                values[at] = inside;
            }
            clippedShares[i] = (double) clipped / length;
        }
    }

    private void measure(double[] values, double[] origins) {
        int length = values.length / distances.length;
        for (int i = 0; i < distances.length; i++) {
            double squares = 0;
            for (int at = i * length; at < (i + 1) * length; at++) {
                squares += (values[at] - origins[at]) * (values[at] - origins[at]);
            }
            distances[i] = Math.sqrt(squares);
        }
    }
}
