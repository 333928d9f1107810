package io.github.otnn.core.linalg;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.MatrixSums;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rigorous upper bound of the largest singular value of a matrix, in float64, by repeated squaring.
 *
 * <pre>sigma(M)^2 = lambda(G),  G = M^T M,   lambda(G) &lt;= |G^(2^j)|_F^(1/2^j)   for every j</pre>
 *
 * The bound falls towards the true value; a lower bound from the trace tells when they agree to 1e-7. An allowance for
 * the rounding of every product is added, so the returned number is an upper bound of what the float64 matrix really
 * does, not an estimate.
 *
 * @see <a href="https://arxiv.org/abs/2305.16173">Delattre et al. 2023</a>
 */
public final class SpectralBound {
    /** Unit roundoff of float64. */
    static final double UNIT = 0x1p-53;

    private static final double AGREEMENT = 1e-7;
    private static final int SQUARINGS = 40;

    private SpectralBound() {}

    /**
     * Upper bound of the largest singular value of a matrix {@code [rows, columns]}.
     *
     * @param matrix any floating type; computed in float64. Not modified.
     */
    public static double ofMatrix(INDArray matrix) {
        if (matrix.rank() != 2) {
            throw new ShapeMismatchException("SpectralBound", "[rows, columns]", Arrays.toString(matrix.shape()));
        }
        double unit = powerOfTwoNear(matrix);
        // an exact scaling, so that no square overflows or underflows
        INDArray m = Tensors.dense(matrix, DataType.DOUBLE).mul(1 / unit);
        long side = Math.min(m.size(0), m.size(1));
        INDArray gram = Tensors.uninitialized(DataType.DOUBLE, 1, side, side);
        INDArray flatGram = gram.reshape('c', side, side);
        if (m.size(0) <= m.size(1)) {
            Products.multiplyTransposedRight(m, m, flatGram);
        } else {
            Products.multiplyTransposedLeft(m, m, flatGram);
        }
        return unit * Math.sqrt(largestEigenvalue(gram, Math.max(m.size(0), m.size(1)))) * (1 + 4 * UNIT);
    }

    /** Power of two next to the largest entry; 1 for zeros. */
    static double powerOfTwoNear(INDArray weights) {
        double largest = 0;
        for (double value : Tensors.toDoubles(weights)) {
            requireFinite(value);
            largest = Math.max(largest, Math.abs(value));
        }
        return largest == 0 ? 1 : Math.scalb(1.0, Math.max(-1000, Math.min(1000, Math.getExponent(largest))));
    }

    /**
     * Upper bound of the largest eigenvalue in a stack of symmetric positive semi-definite matrices.
     *
     * @param grams {@code [n, side, side]}, DOUBLE, dense. Modified.
     * @param innerLength length of the dot products that made the entries, for the rounding allowance
     */
    static double largestEigenvalue(INDArray grams, long innerLength) {
        long side = grams.size(1);
        INDArray current = grams;
        int count = Math.toIntExact(grams.size(0));
        double[] logScale = new double[count];
        double upper = 0;
        for (int j = 0; j <= SQUARINGS; j++) {
            double power = Math.scalb(1.0, -j);
            double[] logUpper = new double[count];
            double bestLower = Double.NEGATIVE_INFINITY;
            double bestUpper = Double.NEGATIVE_INFINITY;
            for (int f = 0; f < count; f++) {
                INDArray g = current.slice(f);
                double norm = g.norm2Number().doubleValue();
                requireFinite(norm);
                if (norm > 0) {
                    g.divi(norm);
                    logScale[f] += Math.log(norm) * power;
                    logUpper[f] = logScale[f];
                    // |G|_F = 1 now: lambda >= tr(G^2) / tr(G) = 1 / tr(G)
                    bestLower = Math.max(bestLower, logScale[f] - Math.log(MatrixSums.trace(g)) * power);
                } else {
                    logUpper[f] = Double.NEGATIVE_INFINITY;
                }
                bestUpper = Math.max(bestUpper, logUpper[f]);
            }
            if (bestUpper == Double.NEGATIVE_INFINITY) {
                return 0;
            }
            upper = Math.exp(bestUpper);
            if (bestUpper - bestLower <= AGREEMENT || j == SQUARINGS) {
                break;
            }
            int[] kept = above(logUpper, bestLower);
            INDArray base = Tensors.uninitialized(DataType.DOUBLE, kept.length, side, side);
            Tensors.gatherRows(current, kept, base);
            INDArray squared = Tensors.uninitialized(DataType.DOUBLE, kept.length, side, side);
            Products.multiply(base, base, squared);
            logScale = pick(logScale, kept);
            base.close();
            current = squared;
            count = kept.length;
        }
        // Entries of the Gram matrix are sums of innerLength products: off by innerLength u |M|_F^2 <= innerLength u
        // side
        // lambda. A squaring is off by side u |G|_F^2 <= side^1.5 u |G^2|_F, and counts half as much at every level.
        double allowance = 4 * UNIT * (innerLength * (double) side + 2 * Math.pow(side, 1.5) + 64);
        return upper * (1 + allowance);
    }

    /** Those that can still hold the maximum. */
    private static int[] above(double[] logUpper, double lower) {
        return IntStream.range(0, logUpper.length)
                .filter(f -> logUpper[f] >= lower)
                .toArray();
    }

    private static double[] pick(double[] values, int[] indices) {
        double[] picked = new double[indices.length];
        for (int i = 0; i < indices.length; i++) {
            picked[i] = values[indices[i]];
        }
        return picked;
    }

    private static void requireFinite(double norm) {
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("SpectralBound: expected finite weights, got NaN or infinite values");
        }
    }
}
