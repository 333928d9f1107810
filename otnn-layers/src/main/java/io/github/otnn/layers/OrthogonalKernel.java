package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.OrthogonalMatrices;
import io.github.otnn.core.network.Initializer;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Kernels whose convolution is orthogonal as a whole, not only their reshaped matrix: 2 x 2 blocks made of projectors,
 * composed with an orthogonal kernel of size stride x stride.
 *
 * <pre>
 * K^ = B_1 * ... * B_{k-s} * R,   B_i[a,b] = P_a Q_b,   P_0 = P, P_1 = I - P (in every other block the reverse), Q the same
 * </pre>
 *
 * <ul>
 *   <li>effective {@code [k, k, in, out]} with {@code k >= stride}; raw: one vector of the matrices whose rows span the
 *       projectors and of R seen as a matrix, each orthogonalised by Björck's iteration
 *   <li>Under circular padding, on images whose sides are multiples of the stride, every singular value of the convolution is
 *       1: it keeps the norm of every input where {@code out >= in stride^2}, and of every cotangent where {@code out <= in
 *       stride^2}. With zeros beyond the border, or none, no singular value is above 1.
 *   <li>A single channel knows no projector but 0 and I: the kernel is then a shift, to the middle for odd {@code k - stride}
 *       + 1.
 * </ul>
 *
 * @param stride step of the convolution
 * @param rawWeights what becomes of the raw matrices after a projection
 * @see <a href="https://arxiv.org/abs/1911.00937">Li et al. 2019</a>
 * @see <a href="https://arxiv.org/abs/2501.07930">Boissin et al. 2025</a>
 */
public record OrthogonalKernel(int stride, SpectralOrthogonal.RawWeights rawWeights) implements Parametrization {
    /** Checks the stride. */
    public OrthogonalKernel {
        if (stride < 1) {
            throw new IllegalArgumentException("OrthogonalKernel: expected stride >= 1, got " + stride);
        }
    }

    /** With raw matrices that move onto the orthogonal ones. */
    public static OrthogonalKernel rebased(int stride) {
        return new OrthogonalKernel(stride, SpectralOrthogonal.RawWeights.REBASED);
    }

    /** Uniformly random matrices. */
    public Initializer initializer(Shape effective) {
        OrthogonalLayout layout = OrthogonalLayout.of(stride, effective);
        return (shape, random) -> {
            double[] values = new double[layout.rawLength()];
            double[] base = OrthogonalMatrices.random(layout.outer(), layout.baseColumns(), random);
            System.arraycopy(base, 0, values, 0, base.length);
            for (int i = 0; i < layout.projectors() && layout.rank() > 0; i++) {
                double[] rows = OrthogonalMatrices.random(layout.rank(), layout.inner(), random);
                System.arraycopy(rows, 0, values, layout.projectorOffset(i), rows.length);
            }
            return values;
        };
    }

    @Override
    public Shape rawShape(Shape effective) {
        return Shape.of(OrthogonalLayout.of(stride, effective).rawLength());
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        return new OrthogonalProjection(OrthogonalLayout.of(stride, shape), type, new SpectralOrthogonal(rawWeights));
    }
}
