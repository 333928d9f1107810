package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.MatrixSums;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Björck's iteration towards the nearest semi-orthogonal matrix, run on the small Gram matrix, and its exact pullback.
 *
 * <pre>
 * W wide (rows at most columns), s a scale:   A_0 = I/s,   G_0 = W W^T / s^2
 * P_k = 1.5 I - 0.5 G_k,   A_{k+1} = P_k A_k,   G_{k+1} = P_k G_k P_k
 * result A_K W; with the final step: Y = A_K W, result (1.5 I - 0.5 Y Y^T) Y
 * </pre>
 *
 * A tall W uses W^T W and W A_K. Each singular value moves as x to 1.5 x - 0.5 x^3. The big matrix is touched twice (four
 * times with the final step) instead of twice per iteration. The scale is a power of 2^(1/4), thus piecewise constant:
 * its derivative is 0 wherever it exists, and the pullback is exact without a term for it.
 *
 * <p>Holds its working memory: one instance a matrix, one thread at a time.
 *
 * @see <a href="https://doi.org/10.1137/0708036">Björck, Bowie 1971</a>
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public final class GramBjorck {
    /** Below this distance |G - I|_F every singular value is in (0, sqrt 2): no rescaling is needed. */
    private static final double NEAR_ORTHOGONAL = 0.9;

    private enum Slot {
        IDENTITY,
        GRAM,
        SPARE,
        SPARE_2,
        D_A,
        D_G,
        RESULT
    }

    private record Step(String matrix, int index) {}

    private final long rows;
    private final long columns;
    private final boolean wide;
    private final long side;
    private final BjorckSettings settings;
    private final WorkingMemory memory;
    private final INDArray identity;

    private double scale = 1;
    private int iterations;
    private double residual = Double.NaN;
    private boolean zero;

    /** Prepares for matrices {@code [rows, columns]} of this type. */
    public GramBjorck(DataType type, long rows, long columns, BjorckSettings settings) {
        this.rows = rows;
        this.columns = columns;
        this.wide = rows <= columns;
        this.side = Math.min(rows, columns);
        this.settings = settings;
        this.memory = new WorkingMemory(type);
        this.identity = memory.array(Slot.IDENTITY, side, side);
        MatrixSums.setIdentity(identity);
    }

    /**
     * Computes the result and keeps what {@link #pullback} needs.
     *
     * @param w {@code [rows, columns]}, dense. Not modified, and not to be modified before the pullback.
     * @param result {@code [rows, columns]}, dense. Modified.
     * @throws IllegalArgumentException if w holds NaN or infinite values
     */
    public void project(INDArray w, INDArray result) {
        requireShape(w);
        INDArray gram = gramOf(w, memory.array(Slot.GRAM, side, side));
        zero = false;
        chooseScale(gram);
        if (zero) {
            result.assign(0);
            iterations = 0;
            return;
        }
        iterate(gram);
        if (settings.finalStep()) {
            INDArray y = big(Slot.RESULT);
            applySmall(factor(iterations), w, y);
            INDArray p = step("P", iterations);
            gramOf(y, memory.array(Slot.SPARE, side, side));
            MatrixSums.combine(1.5, identity, -0.5, memory.array(Slot.SPARE, side, side), p);
            applySmall(p, y, result);
            Products.multiply(p, factor(iterations), step("A", iterations + 1));
        } else {
            applySmall(factor(iterations), w, result);
        }
    }

    /**
     * Pulls a cotangent of the last result back to w, through the final step and every iteration.
     *
     * @param w the matrix given to {@link #project}. Not modified.
     * @param cotangent {@code [rows, columns]}. Not modified.
     * @param gradient {@code [rows, columns]}. Modified.
     */
    public void pullback(INDArray w, INDArray cotangent, INDArray gradient) {
        if (zero) {
            gradient.assign(0);
            return;
        }
        int steps = settings.finalStep() ? iterations + 1 : iterations;
        applySmallTransposed(factor(steps), cotangent, gradient);
        if (steps == 0) {
            return;
        }
        INDArray dA = memory.array(Slot.D_A, side, side);
        if (wide) {
            Products.multiplyTransposedRight(cotangent, w, dA);
        } else {
            Products.multiplyTransposedLeft(w, cotangent, dA);
        }
        INDArray dG = memory.array(Slot.D_G, side, side);
        boolean first = true;
        for (int k = steps - 1; k >= 0; k--) {
            backOneStep(k, dA, dG, first);
            first = false;
        }
        // G_0 = W W^T / s^2, and dG is symmetric
        double twice = 2 / (scale * scale);
        if (wide) {
            Products.product(dG, false, w, false, twice, 1, gradient);
        } else {
            Products.product(w, false, dG, false, twice, 1, gradient);
        }
    }

    /** Iterations in Gram space that the last projection took, without the final step. */
    public int iterations() {
        return iterations;
    }

    /** {@code |G - I|_F} before the final step of the last projection (an upper estimate where the last G was skipped). */
    public double residual() {
        return residual;
    }

    private void chooseScale(INDArray gram) {
        residual = MatrixSums.distance(gram, identity);
        if (!Double.isFinite(residual)) {
            throw new IllegalArgumentException(
                    "GramBjorck: expected finite weights, got NaN or infinite values (or squares beyond the range of "
                            + memory.type() + ") in a matrix [" + rows + ", " + columns + "]");
        }
        scale = 1;
        if (!settings.rescale() || residual <= NEAR_ORTHOGONAL) {
            return;
        }
        double bound = gramNormBound(gram);
        if (bound == 0) {
            zero = true;
            return;
        }
        // The largest singular value lands in [1.2 / r^(1/16) / 2^(1/4), 1.2]: for every side r below 10^4 that is
        // above 0.56.
        scale = Math.pow(2, Math.ceil(4 * Math.log(Math.sqrt(bound) / 1.2) / Math.log(2)) / 4);
        MatrixSums.scaleInPlace(gram, 1 / (scale * scale));
        residual = MatrixSums.distance(gram, identity);
    }

    /** Upper bound of the largest eigenvalue: |G^4|_inf^(1/4), on G divided by its norm so that no power overflows. */
    private double gramNormBound(INDArray gram) {
        double norm = MatrixSums.frobeniusNorm(gram);
        if (norm == 0) {
            return 0;
        }
        INDArray square = memory.array(Slot.SPARE, side, side);
        INDArray fourth = memory.array(Slot.SPARE_2, side, side);
        Products.product(gram, false, gram, false, 1 / (norm * norm), 0, square);
        Products.multiply(square, square, fourth);
        return norm * Math.pow(MatrixSums.largestRowSum(fourth), 0.25);
    }

    private void iterate(INDArray gram) {
        INDArray a0 = step("A", 0);
        MatrixSums.combine(1 / scale, identity, 0, identity, a0);
        step("G", 0).assign(gram);
        int k = 0;
        while (k < settings.iterationLimit() && residual > settings.tolerance()) {
            INDArray g = step("G", k);
            INDArray p = step("P", k);
            MatrixSums.combine(1.5, identity, -0.5, g, p);
            Products.multiply(p, step("A", k), step("A", k + 1));
            INDArray pg = step("PG", k);
            Products.multiply(p, g, pg);
            k++;
            // With G = I + E one step gives E' = -3/4 E^2 + 1/4 E^3: where that is small for sure, G is not formed.
            double next = residual < 1 ? 0.75 * residual * residual + 0.25 * residual * residual * residual : 1;
            if (next <= settings.tolerance()) {
                residual = next;
                break;
            }
            Products.multiply(pg, p, step("G", k));
            residual = MatrixSums.distance(step("G", k), identity);
        }
        iterations = k;
    }

    /** Through A' = P A, G' = P G P, P = 1.5 I - 0.5 G: dA and the symmetric dG move from step k + 1 to step k. */
    private void backOneStep(int k, INDArray dA, INDArray dG, boolean dGIsZero) {
        INDArray dP = memory.array(Slot.SPARE, side, side);
        INDArray spare = memory.array(Slot.SPARE_2, side, side);
        if (dGIsZero) {
            Products.multiplyTransposedRight(dA, step("A", k), dP);
            MatrixSums.symmetricPart(-0.5, dP, dG);
        } else {
            INDArray p = step("P", k);
            Products.multiplyTransposedRight(dA, step("A", k), dP);
            // the symmetric part of dG (P G) + (G P) dG is that of 2 dG (P G)
            Products.product(dG, false, step("PG", k), false, 2, 1, dP);
            Products.multiply(p, dG, spare);
            Products.product(spare, false, p, false, 1, 0, dG);
            MatrixSums.addSymmetricPart(-0.5, dP, dG);
        }
        if (k > 0) {
            Products.multiply(step("P", k), dA, spare);
            dA.assign(spare);
        }
    }

    private INDArray gramOf(INDArray w, INDArray gram) {
        if (wide) {
            Products.multiplyTransposedRight(w, w, gram);
        } else {
            Products.multiplyTransposedLeft(w, w, gram);
        }
        return gram;
    }

    private void applySmall(INDArray small, INDArray w, INDArray into) {
        if (wide) {
            Products.multiply(small, w, into);
        } else {
            Products.multiply(w, small, into);
        }
    }

    private void applySmallTransposed(INDArray small, INDArray w, INDArray into) {
        if (wide) {
            Products.multiplyTransposedLeft(small, w, into);
        } else {
            Products.multiplyTransposedRight(w, small, into);
        }
    }

    private INDArray factor(int index) {
        return step("A", index);
    }

    private INDArray step(String matrix, int index) {
        return memory.array(new Step(matrix, index), side, side);
    }

    private INDArray big(Slot slot) {
        return memory.array(slot, rows, columns);
    }

    private void requireShape(INDArray w) {
        if (w.rank() != 2 || w.size(0) != rows || w.size(1) != columns) {
            throw new io.github.otnn.core.ShapeMismatchException(
                    "GramBjorck", "[" + rows + ", " + columns + "]", Arrays.toString(w.shape()));
        }
    }
}
