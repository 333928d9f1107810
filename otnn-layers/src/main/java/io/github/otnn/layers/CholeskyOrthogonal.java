package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.CholeskyQr;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Orthonormal rows or columns, whichever are fewer, by repeated Cholesky factorisation.
 *
 * <pre>W^ = L^-1 W,  W W^T = L L^T;   tall: W^ = W L^-T,  W^T W = L L^T;   W seen as [all axes but the last, last axis]</pre>
 *
 * The result is the QR factor with a positive diagonal. It is not the nearest orthogonal matrix: the first row decides its
 * direction alone and the last one takes what is left, so that gradients differ by position. The number of passes hardly
 * depends on the condition of W, which a large step spoils. Directions lost to rounding come back in extra passes with a small shift of the
 * diagonal; rows (columns) of zeros stay zeros, with gradient 0 if all are. No singular value is above 1 but for
 * rounding, which condensing removes by the proven float64 bound.
 *
 * @see <a href="https://doi.org/10.1553/etna_vol44s306">Yamamoto, Nakatsukasa, Yanagisawa, Fukaya 2015</a>
 */
public record CholeskyOrthogonal() implements Parametrization {
    @Override
    public Projection bind(Shape shape, DataType type) {
        long columns = shape.channels();
        CholeskyQr qr = new CholeskyQr(type, shape.length() / columns, columns);
        return new Projection() {
            @Override
            public void project(INDArray raw, INDArray effective) {
                qr.project(Tensors.matrix(raw), Tensors.matrix(effective));
            }

            @Override
            public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
                qr.pullback(Tensors.matrix(effectiveGradient), Tensors.matrix(rawGradient));
            }

            @Override
            public void finish(INDArray effective) {
                RigorousBound.enforce(effective);
            }
        };
    }
}
