package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import java.util.Arrays;

/**
 * The matrices that make up one orthogonal kernel {@code [k, k, in, out]} with stride s, and where they lie in the raw vector.
 *
 * <pre>
 * base        [outer, s s inner], semi-orthogonal
 * projectors  2 (k - s) of [rank, inner], rows orthonormal, rank = inner / 2: two for each 2 x 2 block
 * </pre>
 *
 * Products with a matrix on the narrow side cost least, so a kernel of stride 1 with in &lt;= out is built as the transpose of
 * one from out to in: outer = in, inner = out. Else outer = out and {@code inner = max(in, out / (s s))}, rounded down so that
 * the base is wide or square just where the whole map has to keep every norm; the first in of the inner channels are used.
 * A 1 x 1 factor between them would add nothing: projectors and base turned by it are again projectors and a base.
 *
 * @param transposed whether the taps are built transposed
 * @param outer rows of the base
 * @param inner channels between the 2 x 2 blocks
 */
record OrthogonalLayout(int kernel, int stride, int in, int out, boolean transposed, int outer, int inner) {
    static OrthogonalLayout of(int stride, Shape effective) {
        if (effective.rank() != 4 || effective.size(0) != effective.size(1) || effective.size(0) < stride) {
            throw new ShapeMismatchException(
                    "OrthogonalKernel",
                    "a kernel [k, k, in, out] with k >= stride " + stride,
                    Arrays.toString(effective.sizes()));
        }
        int kernel = Math.toIntExact(effective.size(0));
        int in = Math.toIntExact(effective.size(2));
        int out = Math.toIntExact(effective.size(3));
        if (stride == 1 && in <= out) {
            return new OrthogonalLayout(kernel, stride, in, out, true, in, out);
        }
        int inner = kernel == stride ? in : Math.max(in, out / (stride * stride));
        return new OrthogonalLayout(kernel, stride, in, out, false, out, inner);
    }

    /** Rows of each projector's matrix; none with a single channel. */
    int rank() {
        return inner / 2;
    }

    /** Projectors: one for each axis and 2 x 2 block. */
    int projectors() {
        return 2 * (kernel - stride);
    }

    int baseColumns() {
        return Math.multiplyExact(stride * stride, inner);
    }

    int baseLength() {
        return Math.multiplyExact(outer, baseColumns());
    }

    int projectorLength() {
        return Math.multiplyExact(rank(), inner);
    }

    int rawLength() {
        return Math.addExact(baseLength(), Math.multiplyExact(projectors(), projectorLength()));
    }

    /** Where a projector's matrix starts in the raw vector. */
    int projectorOffset(int index) {
        return baseLength() + index * projectorLength();
    }
}
