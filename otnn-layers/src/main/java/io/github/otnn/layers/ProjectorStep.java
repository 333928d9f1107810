package io.github.otnn.layers;

import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Composes the taps of a kernel with a two-tap convolution along one axis, and pulls back through it.
 *
 * <pre>
 * forth:  T'[t] = T[t] P + T[t-1] (I - P),   P = V^T V,   V V^T = I
 * back:   T'[t] = T[t] (I - P) + T[t-1] P
 * </pre>
 *
 * Both are orthogonal: P + (I - P) e^{i w} is unitary for every w; where the rows of V are only nearly orthonormal, but no
 * singular value above 1, it is a convex combination of 1 and e^{i w} and still of norm at most 1. With the differences D[t] =
 * T[t] - T[t-1], zero outside, T'[t] = T[t-1] + D[t] P forth and T[t] - D[t] P back, so one product of low rank does all taps.
 *
 * <p>Taps before {@code [outside, taps, block]}, after {@code [outside, taps + 1, block]}; a block holds rows of matrices with
 * as many columns as V has. Keeps D for the pullback. One thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/1806.05393">Xiao et al. 2018</a>
 */
final class ProjectorStep {
    /** Which of the two taps carries the projector. */
    enum Direction {
        FORTH,
        BACK
    }

    private final int outside;
    private final long taps;
    private final long block;
    private final int columns;
    private final int rank;
    private final Direction direction;
    private final WorkingMemory shared;
    private final INDArray differences;

    /**
     * Prepares for these shapes.
     *
     * @param shared memory for use within one call
     */
    ProjectorStep(
            int outside, long taps, long block, int rank, int columns, Direction direction, WorkingMemory shared) {
        this.outside = outside;
        this.taps = taps;
        this.block = block;
        this.columns = columns;
        this.rank = rank;
        this.direction = direction;
        this.shared = shared;
        this.differences = Tensors.zeros(shared.type(), outside * (taps + 1) * block);
    }

    /** Values after the step. */
    long lengthAfter() {
        return differences.length();
    }

    /**
     * Composes.
     *
     * @param before vector of the taps. Not modified.
     * @param v {@code [rank, columns]}; null where the rank is 0. Not modified.
     * @param after vector of {@link #lengthAfter} values. Modified.
     */
    void compose(INDArray before, @Nullable INDArray v, INDArray after) {
        for (int o = 0; o < outside; o++) {
            INDArray from = part(before, o, taps, 0, taps);
            boolean forth = direction == Direction.FORTH;
            part(after, o, taps + 1, forth ? 1 : 0, taps).assign(from);
            part(after, o, taps + 1, forth ? 0 : taps, 1).assign(0);
            if (v != null) {
                part(differences, o, taps + 1, 0, taps).assign(from);
                part(differences, o, taps + 1, taps, 1).assign(0);
                part(differences, o, taps + 1, 1, taps).subi(from);
            }
        }
        if (v != null) {
            INDArray d = matrix(differences);
            INDArray low = shared.array("low rank", d.size(0), rank);
            Products.multiplyTransposedRight(d, v, low);
            Products.product(low, false, v, false, sign(), 1, matrix(after));
        }
    }

    /**
     * Pulls a cotangent back.
     *
     * @param after cotangent of the result. Not modified.
     * @param v as given to {@link #compose}. Not modified.
     * @param vGradient {@code [rank, columns]}; null where the rank is 0. Modified.
     * @param before cotangent of the taps. Modified.
     */
    void pullback(INDArray after, @Nullable INDArray v, @Nullable INDArray vGradient, INDArray before) {
        INDArray back = shared.array("cotangent of differences", differences.length());
        if (v != null && vGradient != null) {
            INDArray given = matrix(after);
            INDArray projector = shared.array("cotangent of projector", columns, columns);
            Products.product(matrix(differences), true, given, false, sign(), 0, projector);
            Products.product(v, false, projector, false, 1, 0, vGradient);
            Products.product(v, false, projector, true, 1, 1, vGradient);
            INDArray low = shared.array("low rank", given.size(0), rank);
            Products.multiplyTransposedRight(given, v, low);
            Products.product(low, false, v, false, sign(), 0, matrix(back));
        }
        for (int o = 0; o < outside; o++) {
            INDArray into = part(before, o, taps, 0, taps);
            into.assign(part(after, o, taps + 1, direction == Direction.FORTH ? 1 : 0, taps));
            if (v != null) {
                into.addi(part(back, o, taps + 1, 0, taps));
                into.subi(part(back, o, taps + 1, 1, taps));
            }
        }
    }

    private int sign() {
        return direction == Direction.FORTH ? 1 : -1;
    }

    private INDArray part(INDArray vector, int o, long tapsHere, long from, long count) {
        return Tensors.view(vector, (o * tapsHere + from) * block, count * block);
    }

    private INDArray matrix(INDArray vector) {
        return vector.reshape('c', vector.length() / columns, columns);
    }
}
