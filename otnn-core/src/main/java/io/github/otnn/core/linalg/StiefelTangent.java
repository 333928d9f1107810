package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.WorkingMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pullback through the nearest semi-orthogonal matrix at a point that is semi-orthogonal already.
 *
 * <pre>wide Z, Z Z^T = I:   dW = E - 1/2 (E Z^T + Z E^T) Z        tall: dW = E - 1/2 Z (Z^T E + E^T Z)</pre>
 *
 * This is the derivative of the polar factor at Z, the projection onto the tangent space of the Stiefel manifold: three
 * products with the big matrix, whatever the iteration that led there. Holds its working memory; one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/physics/9806030">Edelman, Arias, Smith 1998</a>
 */
public final class StiefelTangent {
    private final SmallSide big;
    private final WorkingMemory memory;

    /** Prepares for matrices {@code [rows, columns]} of this type. */
    public StiefelTangent(DataType type, long rows, long columns) {
        this.big = new SmallSide(rows, columns);
        this.memory = new WorkingMemory(type);
    }

    /**
     * Computes the pullback.
     *
     * @param z semi-orthogonal {@code [rows, columns]}. Not modified.
     * @param cotangent same shape. Not modified.
     * @param gradient same shape, another array. Modified.
     */
    public void pullback(INDArray z, INDArray cotangent, INDArray gradient) {
        INDArray product = memory.array("product", big.length(), big.length());
        gradient.assign(cotangent);
        // both halves of the symmetric part by a product: cheaper than forming it in small operations
        big.cross(memory.call("cross"), cotangent, z, product);
        big.apply(memory.call("half"), product, false, z, -0.5, 1, gradient);
        big.apply(memory.call("other half"), product, true, z, -0.5, 1, gradient);
    }
}
