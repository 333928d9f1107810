package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.MatrixSums;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.WorkingMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Smooth upper bound of the largest singular value, by repeated squaring of the Gram matrix, and its exact gradient.
 *
 * <pre>
 * b(W) = |G^q|_F^(1/(2q)) = (sum over i of s_i^(4q))^(1/(4q)),   G = W W^T,  q = 2^squarings
 * sigma &lt;= b &lt;= side^(1/(4q)) sigma,                             db/dW = b / |G^q|_F^2  G^(2q-1) W
 * </pre>
 *
 * Unlike power iteration it never falls below the true value, apart from the rounding of the type, and needs no vector
 * from the step before. Squaring ends early once {@code G^q} has rank one to rounding, when nothing changes any more. In
 * the type of the matrix; {@link SpectralBound} also answers for rounding. Holds its working memory; one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/2305.16173">Delattre et al. 2023</a>
 */
public final class SchattenNorm {
    private static final double LARGE = 1e12;
    private static final double SMALL = 1e-12;

    private final SmallSide big;
    private final int squarings;
    private final double rankOne;
    private final WorkingMemory memory;
    private final double[] logScale;
    private int last;
    private double logValue;
    private INDArray current;

    /** Prepares for matrices {@code [rows, columns]} of this type, with at most so many squarings, at least 0. */
    public SchattenNorm(DataType type, long rows, long columns, int squarings) {
        if (squarings < 0 || squarings > 30) {
            throw new IllegalArgumentException("SchattenNorm: squarings must be in [0, 30], got " + squarings);
        }
        this.big = new SmallSide(rows, columns);
        this.squarings = squarings;
        this.rankOne = type == DataType.DOUBLE ? 1e-14 : 1e-6;
        this.memory = new WorkingMemory(type);
        this.logScale = new double[squarings + 1];
    }

    /**
     * The bound b; 0 for a matrix of zeros.
     *
     * @param w {@code [rows, columns]}, dense. Not modified, and not to be modified before {@link #gradient}.
     * @throws IllegalArgumentException if w holds NaN or infinite values
     */
    public double of(INDArray w) {
        current = w;
        double unit = 1;
        double norm = gram();
        if (!(norm > SMALL && norm < LARGE)) {
            // an exact scaling, so that no square overflows or underflows
            unit = SpectralBound.powerOfTwoNear(w);
            current = memory.array("in unit", w.shape());
            Elementwise.scale(w, 1 / unit, current);
            norm = gram();
        }
        if (norm == 0) {
            return 0;
        }
        // G^(2^k) = exp(logScale[k]) N_k with |N_k|_F = 1
        last = 0;
        logScale[0] = Math.log(norm);
        normalize(power(0), norm);
        while (last < squarings && MatrixSums.trace(power(last)) > 1 + rankOne) {
            INDArray square = power(last + 1);
            Products.multiply(power(last), power(last), square);
            norm = MatrixSums.frobeniusNorm(square);
            normalize(square, norm);
            logScale[last + 1] = 2 * logScale[last] + Math.log(norm);
            last++;
        }
        logValue = Math.scalb(logScale[last], -(last + 1));
        return unit * Math.exp(logValue);
    }

    /**
     * Gradient of the last bound, which was not 0.
     *
     * @param gradient {@code [rows, columns]}. Modified.
     */
    public void gradient(INDArray gradient) {
        // G^(2q-1) = G^(1 + 2 + 4 + ... + q)
        double logFactor = logValue - logScale[last];
        INDArray product = power(last);
        for (int k = last - 1; k >= 0; k--) {
            INDArray next = memory.array("product " + k % 2, big.length(), big.length());
            Products.multiply(product, power(k), next);
            product = next;
            logFactor += logScale[k];
        }
        big.apply(memory.call("gradient"), product, false, current, Math.exp(logFactor), 0, gradient);
    }

    private double gram() {
        big.gram(memory.call("gram"), current, power(0));
        return MatrixSums.frobeniusNorm(power(0));
    }

    private static void normalize(INDArray power, double norm) {
        Elementwise.scale(power, 1 / norm, power);
    }

    private INDArray power(int k) {
        return memory.array(k, big.length(), big.length());
    }
}
