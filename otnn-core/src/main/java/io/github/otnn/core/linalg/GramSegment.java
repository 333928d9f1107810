package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.MatrixSums;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A run of Björck steps between two looks at the big matrix: from W to A_K W through the Gram matrix, and back.
 *
 * <pre>
 * A_0 = I/s, G_0 = W W^T / s^2;   P_k = a I + b G_k + c G_k^2,   A_{k+1} = P_k A_k,   G_{k+1} = P_k G_k P_k
 * back, given E = dL/d(A_K W):  dA = E W^T, dW = A_K^T E, dG = 0;  for k = K-1..0:
 *   dP = dA A_k^T + dG P_k G_k + G_k P_k dG,   dG = P_k dG P_k + b dP + c (dP G_k + G_k dP),   dA = P_k dA;
 * finally dW += 2 dG W / s^2
 * </pre>
 *
 * Björck's step has a = 1.5, b = -0.5, c = 0. Rounding leaves eigenvalues of G_0 that should be 0 slightly negative, and
 * each step multiplies those by a^2, 2.25 or 12.25: a segment is therefore short, and the next one starts from a fresh Gram
 * matrix.
 */
final class GramSegment {
    private enum Slot {
        IDENTITY,
        SPARE,
        SPARE_2,
        SPARE_3,
        D_A,
        D_G,
        BEFORE_FINAL
    }

    private record Step(char matrix, int index) {}

    /** Cubic steps after leading quintic ones; more only pay if nothing small is left, which a fresh Gram matrix tells. */
    private static final int AFTER_LEAD = 2;

    private final SmallSide big;
    private final long side;
    private final int stepLimit;
    private final WorkingMemory memory;
    private final INDArray identity;
    private double scale;
    private double residual;
    private final List<StepPolynomial> done = new ArrayList<>();
    private int steps;
    private int conjugated;
    private boolean endsWithFinalStep;

    GramSegment(DataType type, long rows, long columns) {
        this.big = new SmallSide(rows, columns);
        this.side = big.length();
        // 2.25^limit times the unit roundoff stays far below 1
        this.stepLimit = type == DataType.DOUBLE ? 24 : 8;
        this.memory = new WorkingMemory(type);
        this.identity = memory.array(Slot.IDENTITY, side, side);
        MatrixSums.setIdentity(identity);
    }

    /** Forms G_0; returns |G_0 - I|_F, NaN or infinite if W is. */
    double look(INDArray w) {
        big.gram(memory.call("gram"), w, small('G', 0));
        scale = 1;
        residual = MatrixSums.distanceToIdentity(small('G', 0));
        return residual;
    }

    /** Upper bound of the largest eigenvalue of G_0: |G^4|_inf^(1/4), on G divided by its norm so that no power overflows. */
    double gramBound() {
        INDArray gram = small('G', 0);
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

    /** Divides W by a constant, by way of A_0 and G_0. */
    void rescale(double divisor) {
        INDArray gram = small('G', 0);
        scale = divisor;
        Elementwise.scale(gram, 1 / (divisor * divisor), gram);
        residual = MatrixSums.distanceToIdentity(gram);
    }

    /**
     * Runs until the residual is at most the tolerance, or so many steps; returns the steps done.
     *
     * @param lead first steps, for singular values up to 1; cubic ones follow
     */
    int iterate(double tolerance, int limit, List<StepPolynomial> lead) {
        done.clear();
        steps = 0;
        conjugated = 0;
        endsWithFinalStep = false;
        int most = Math.min(limit, lead.isEmpty() ? stepLimit : lead.size() + AFTER_LEAD);
        while (steps < most && residual > tolerance) {
            INDArray g = small('G', steps);
            INDArray p = small('P', steps);
            StepPolynomial step = steps < lead.size() ? lead.get(steps) : StepPolynomial.CUBIC;
            done.add(step);
            factor(step, g, p);
            nextFactor(steps);
            steps++;
            // With G = I + E one cubic step gives E' = -3/4 E^2 + 1/4 E^3: where that is small for sure, G is not
            // formed.
            double next = step.fifth() == 0 && residual < 1 ? (0.75 + 0.25 * residual) * residual * residual : 1;
            if (next <= tolerance) {
                residual = next;
                break;
            }
            Products.multiply(memory.call(new Step('G', steps)), conjugatedFactor(steps - 1), p, small('G', steps));
            residual = MatrixSums.distanceToIdentity(small('G', steps));
        }
        return steps;
    }

    double residual() {
        return residual;
    }

    /** H_k = P_k G_k, formed when somebody first needs it. */
    private INDArray conjugatedFactor(int k) {
        INDArray product = small('H', k);
        if (k == conjugated) {
            Products.multiply(memory.call(new Step('H', k)), small('P', k), small('G', k), product);
            conjugated++;
        }
        return product;
    }

    /** result = A_K W. */
    void apply(INDArray w, INDArray result) {
        if (steps == 0) {
            Elementwise.scale(identity, 1 / scale, small('A', 0));
        }
        big.apply(memory.call("apply"), small('A', steps), false, w, result);
    }

    /** result = (1.5 I - 0.5 Y Y^T) Y, Y = A_K W: one more step, its Gram matrix taken from Y itself. */
    void applyWithFinalStep(INDArray w, INDArray result) {
        INDArray g = small('G', steps);
        INDArray p = small('P', steps);
        INDArray y = w;
        if (steps > 0 || scale != 1) {
            y = memory.array(Slot.BEFORE_FINAL, w.shape());
            apply(w, y);
            big.gram(memory.call("final gram"), y, g);
        }
        done.add(StepPolynomial.CUBIC);
        factor(StepPolynomial.CUBIC, g, p);
        big.apply(memory.call("final step"), p, false, y, result);
        endsWithFinalStep = true;
    }

    /** Pulls a cotangent of the result back to W. */
    void pullback(INDArray w, INDArray cotangent, INDArray gradient) {
        int total = endsWithFinalStep ? steps + 1 : steps;
        if (endsWithFinalStep) {
            // what only the way back needs of the final step
            nextFactor(steps);
        }
        big.apply(memory.call("back"), small('A', total), true, cotangent, gradient);
        if (total == 0) {
            return;
        }
        INDArray dA = memory.array(Slot.D_A, side, side);
        big.cross(memory.call("cross"), cotangent, w, dA);
        INDArray dG = memory.array(Slot.D_G, side, side);
        for (int k = total - 1; k >= 0; k--) {
            backOneStep(k, dA, dG, k == total - 1);
        }
        big.apply(memory.call("back through gram"), dG, false, w, 2 / (scale * scale), 1, gradient);
    }

    private void backOneStep(int k, INDArray dA, INDArray dG, boolean last) {
        INDArray dP = memory.array(Slot.SPARE, side, side);
        INDArray spare = memory.array(Slot.SPARE_2, side, side);
        if (k == 0) {
            Elementwise.scale(dA, 1 / scale, dP);
        } else {
            Products.multiplyTransposedRight(dA, small('A', k), dP);
        }
        StepPolynomial step = done.get(k);
        if (last) {
            dG.assign(0);
        } else {
            INDArray p = small('P', k);
            // dG is symmetric, so the symmetric part of dG (P G) + (G P) dG is that of 2 dG (P G)
            Products.product(dG, false, conjugatedFactor(k), false, 2, 1, dP);
            Products.multiply(p, dG, spare);
            Products.multiply(spare, p, dG);
        }
        if (step.fifth() == 0) {
            MatrixSums.addSymmetricPart(step.cube(), dP, dG);
        } else {
            // dP counts only by its symmetric part S: dG += cube S + fifth (S G + G S)
            INDArray symmetric = memory.array(Slot.SPARE_3, side, side);
            MatrixSums.symmetricPart(1, dP, symmetric);
            Elementwise.scale(symmetric, step.cube(), spare);
            dG.addi(spare);
            Products.product(symmetric, false, small('G', k), false, 2 * step.fifth(), 0, spare);
            MatrixSums.addSymmetricPart(1, spare, dG);
        }
        if (k > 0) {
            Products.multiply(small('P', k), dA, spare);
            dA.assign(spare);
        }
    }

    /** A_{k+1} = P_k A_k. */
    private void nextFactor(int k) {
        if (k == 0) {
            Elementwise.scale(small('P', 0), 1 / scale, small('A', 1));
        } else {
            Products.multiply(memory.call(new Step('A', k)), small('P', k), small('A', k), small('A', k + 1));
        }
    }

    /** p = one I + cube g + fifth g^2. */
    private void factor(StepPolynomial step, INDArray g, INDArray p) {
        MatrixSums.scaleAndShift(g, step.cube(), step.one(), p);
        if (step.fifth() != 0) {
            Products.product(g, false, g, false, step.fifth(), 1, p);
        }
    }

    private INDArray small(char matrix, int index) {
        return memory.array(new Step(matrix, index), side, side);
    }
}
