package io.github.otnn.core.linalg;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.MatrixSums;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Orthonormal rows by repeated Cholesky factorisation of the Gram matrix, and the exact pullback.
 *
 * <pre>
 * W W^T = L L^T,  Q = L^-1 W,  again with Q in place of W until Q Q^T = I;   result (1.5 I - 0.5 Q Q^T) Q
 * one pass back:  dW = L^-T (dQ - S Q),  S the symmetric matrix whose lower triangle is that of dQ Q^T
 * </pre>
 *
 * This is the QR factor with a positive diagonal, of W^T for a wide matrix, of W for a tall one: not the nearest
 * orthogonal matrix, and dependent on the order of the rows. The factorisation and the inverse of L are done in float64 in plain
 * Java, on the small side only; products with the big matrix in its own type. Where a pivot drowns in the rounding of the Gram matrix,
 * a power of two is added to the diagonal and another pass follows; it is piecewise constant and needs no term in the
 * pullback. The last step maps every singular value to at most 1. Directions that are 0 stay 0.
 *
 * <p>Holds its working memory: one instance a matrix, one thread at a time.
 *
 * @see <a href="https://doi.org/10.1553/etna_vol44s306">Yamamoto, Nakatsukasa, Yanagisawa, Fukaya 2015</a>
 * @see <a href="https://arxiv.org/abs/1809.11085">Fukaya et al. 2020</a>, the shift
 */
public final class CholeskyQr {
    /** What the last step turns into 4e-5. */
    private static final double TOLERANCE = 1e-2;

    private static final int PASSES = 8;
    private static final double LARGE = 1e12;
    private static final double SMALL = 1e-12;

    private enum Slot {
        GRAM,
        FACTOR,
        MIRRORED,
        IN_UNIT,
        GRADIENT
    }

    private record Step(char matrix, int index) {}

    private final SmallSide big;
    private final int side;
    private final long[] shape;
    private final double roundoff;
    private final WorkingMemory memory;
    private double unit = 1;
    private int passes;
    private INDArray first;

    /** Prepares for matrices {@code [rows, columns]} of this type. */
    public CholeskyQr(DataType type, long rows, long columns) {
        this.big = new SmallSide(rows, columns);
        this.side = Math.toIntExact(big.length());
        this.shape = new long[] {rows, columns};
        this.roundoff = type == DataType.DOUBLE ? 0x1p-53 : 0x1p-24;
        this.memory = new WorkingMemory(type);
    }

    /**
     * Computes the result and keeps what {@link #pullback} needs. A matrix of zeros stays one.
     *
     * @param w {@code [rows, columns]}, dense. Not modified, and not to be modified before the pullback.
     * @param result {@code [rows, columns]}, dense, another array. Modified.
     * @throws IllegalArgumentException if w holds NaN or infinite values
     */
    public void project(INDArray w, INDArray result) {
        if (!Arrays.equals(w.shape(), shape)) {
            throw new ShapeMismatchException("CholeskyQr", Arrays.toString(shape), Arrays.toString(w.shape()));
        }
        passes = 0;
        INDArray gram = memory.array(Slot.GRAM, side, side);
        if (!look(w, gram)) {
            result.assign(0);
            return;
        }
        do {
            double[][] upper = factor(Tensors.toDoubles(gram), passes == PASSES - 1);
            INDArray inverse = inverse(passes);
            Tensors.write(CholeskyFactor.inverse(upper), inverse);
            big.apply(memory.call("pass"), inverse, false, input(passes), input(passes + 1));
            passes++;
            big.gram(memory.call("gram of pass"), input(passes), gram);
        } while (passes < PASSES && !(MatrixSums.distanceToIdentity(gram) <= TOLERANCE));
        big.apply(memory.call("final step"), cubicFactor(gram), false, input(passes), result);
    }

    /**
     * Pulls a cotangent of the last result back to w.
     *
     * @param cotangent {@code [rows, columns]}. Not modified.
     * @param gradient {@code [rows, columns]}, another array. Modified.
     */
    public void pullback(INDArray cotangent, INDArray gradient) {
        if (passes == 0) {
            // the zero matrix has no direction to go back to
            gradient.assign(0);
            return;
        }
        INDArray cross = memory.array(Slot.GRAM, side, side);
        INDArray mirrored = memory.array(Slot.MIRRORED, side, side);
        INDArray e = memory.array(Slot.GRADIENT, shape);
        INDArray q = input(passes);
        big.apply(
                memory.call("back through the final step"), memory.array(Slot.FACTOR, side, side), false, cotangent, e);
        big.cross(memory.call("cross"), cotangent, q, cross);
        MatrixSums.symmetricPart(1, cross, mirrored);
        big.apply(memory.call("tangent"), mirrored, false, q, -1, 1, e);
        for (int k = passes - 1; k >= 0; k--) {
            INDArray after = input(k + 1);
            big.cross(memory.call("cross of pass"), e, after, cross);
            MatrixSums.mirrorLowerTriangle(cross, mirrored);
            big.apply(memory.call("tangent of pass"), mirrored, false, after, -1, 1, e);
            big.apply(memory.call("back through pass"), inverse(k), true, e, gradient);
            if (k > 0) {
                e.assign(gradient);
            }
        }
        if (unit != 1) {
            gradient.muli(1 / unit);
        }
    }

    /** Passes of the last projection, without the final step. */
    public int passes() {
        return passes;
    }

    /** Forms the Gram matrix of W, scaled where the range of the type asks for it; false for zeros. */
    private boolean look(INDArray w, INDArray gram) {
        unit = 1;
        first = w;
        big.gram(memory.call("gram"), w, gram);
        double norm = MatrixSums.frobeniusNorm(gram);
        if (!(norm > SMALL && norm < LARGE)) {
            Tensors.requireFinite("CholeskyQr " + Arrays.toString(shape), w);
            unit = SpectralBound.powerOfTwoNear(w);
            first = memory.array(Slot.IN_UNIT, shape);
            Elementwise.scale(w, 1 / unit, first);
            big.gram(memory.call("gram in unit"), first, gram);
            norm = MatrixSums.frobeniusNorm(gram);
        }
        return norm > 0;
    }

    /** U with UT U = gram, or gram plus a multiple of the identity. */
    private double[][] factor(double[] gram, boolean shiftAnyway) {
        double trace = 0;
        for (int i = 0; i < side; i++) {
            trace += gram[i * side + i];
        }
        // Rounding moves the eigenvalues of the Gram matrix by about u trace / sqrt(side).
        double noise = 16 * roundoff * trace / Math.sqrt(side);
        double shift = Math.scalb(1.0, Math.getExponent(noise) + 1);
        double[][] upper = shiftAnyway ? null : CholeskyFactor.upper(gram, side, 0, shift);
        while (upper == null) {
            upper = CholeskyFactor.upper(gram, side, shift, shift / 2);
            shift *= 16;
        }
        return upper;
    }

    /** 1.5 I - 0.5 gram. */
    private INDArray cubicFactor(INDArray gram) {
        INDArray factor = memory.array(Slot.FACTOR, side, side);
        MatrixSums.scaleAndShift(gram, -0.5, 1.5, factor);
        return factor;
    }

    private INDArray input(int pass) {
        return pass == 0 ? first : memory.array(new Step('Q', pass), shape);
    }

    private INDArray inverse(int pass) {
        return memory.array(new Step('K', pass), side, side);
    }
}
