package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bound of a convolution's norm by that of a periodic one, see {@link AxisPhases}: the largest singular value of the
 * matrices {@code Y(u, v) = sum over shifts (a, b) of K_ab exp(i (u a + v b))} over all frequencies of the period.
 *
 * <p>With the lags l = b' - b the Gram matrices are {@code Y* Y = sum over l of H_l(u) exp(i v l)}, so their products are
 * made once for each outer frequency u; for each (u, v) remains one sum and, as a rule, one Cholesky factorisation
 * ({@link EigenvalueCeiling}). The kernel is real, so half of the frequencies suffice. Memory: a few copies of the kernel
 * and 4 + 2 lags matrices of the smaller channel count, whatever the image.
 */
final class FourierBound {
    private final AxisPhases outer;
    private final AxisPhases inner;
    private final boolean outerHalfStep;
    private final boolean innerHalfStep;
    private final PhasedKernel kernel;
    private final double entryError;

    /** Takes a kernel {@code [outer taps, inner taps, in, out]} in C order. */
    FourierBound(
            ScaledKernel kernel, AxisPhases outer, AxisPhases inner, boolean outerHalfStep, boolean innerHalfStep) {
        this.outer = outer;
        this.inner = inner;
        this.outerHalfStep = outerHalfStep;
        this.innerHalfStep = innerHalfStep;
        boolean keepOutputs = kernel.out() <= kernel.in() * outer.phases() * inner.phases();
        this.kernel = new PhasedKernel(kernel.values(), kernel.in(), kernel.out(), outer, inner, keepOutputs);
        entryError = kernel.gramError(this.kernel.summed(), kernel.outerTaps() * kernel.innerTaps());
    }

    /**
     * Upper bound of the norm, or infinity if it is above the limit.
     *
     * @param limit value above which the bound is of no use
     */
    double below(double limit) {
        int side = kernel.kept();
        HermitianMatrix gram = HermitianMatrix.full(side, true);
        EigenvalueCeiling ceiling = new EigenvalueCeiling(gram, limit * limit / repeats());
        int[] order = SpreadOrder.of(outer.halfCount(outerHalfStep));
        for (int u : order) {
            boolean isReal = outer.isReal(u, outerHalfStep);
            TreeMap<Integer, HermitianMatrix[]> lags = lags(outer.frequency(u, outerHalfStep), isReal);
            int count = isReal ? inner.halfCount(innerHalfStep) : inner.period();
            for (int v : SpreadOrder.of(count)) {
                double frequency = inner.frequency(v, innerHalfStep);
                gram.clear();
                lags.forEach((lag, parts) -> {
                    gram.add(Math.cos(frequency * lag), parts[0]);
                    if (lag > 0) {
                        gram.add(Math.sin(frequency * lag), parts[1]);
                    }
                });
                if (!ceiling.liftOver(gram)) {
                    return Double.POSITIVE_INFINITY;
                }
            }
        }
        return Math.sqrt(repeats() * ceiling.bound(entryError)) * (1 + 8 * SpectralBound.UNIT);
    }

    private double repeats() {
        return (double) outer.repeats() * inner.repeats();
    }

    /** For each lag l &gt;= 0 the matrices H_l + H_l* and i (H_l - H_l*); for l = 0 H_0 itself. */
    private TreeMap<Integer, HermitianMatrix[]> lags(double frequency, boolean isReal) {
        int side = kernel.kept();
        TreeMap<Integer, INDArray[]> products = new TreeMap<>();
        try (PhasedKernel.Transform transform = kernel.transform(frequency, isReal)) {
            for (int a = 0; a < kernel.innerSlots(); a++) {
                for (int b = 0; b < kernel.innerSlots(); b++) {
                    int lag = inner.shifts()[b] - inner.shifts()[a];
                    if (lag >= 0) {
                        INDArray[] sums = products.computeIfAbsent(lag, l -> new INDArray[] {
                            Tensors.zeros(DataType.DOUBLE, side, side), Tensors.zeros(DataType.DOUBLE, side, side)
                        });
                        transform.addProduct(a, b, sums[0], sums[1]);
                    }
                }
            }
        }
        TreeMap<Integer, HermitianMatrix[]> lags = new TreeMap<>();
        products.forEach((lag, sums) -> {
            double[] re = Tensors.toDoubles(sums[0]);
            double[] im = Tensors.toDoubles(sums[1]);
            Arrays.stream(sums).forEach(INDArray::close);
            lags.put(lag, lag == 0 ? new HermitianMatrix[] {copy(re, im)} : evenAndOdd(re, im));
        });
        return lags;
    }

    private HermitianMatrix copy(double[] re, double[] im) {
        int side = kernel.kept();
        HermitianMatrix result = HermitianMatrix.full(side, true);
        for (int i = 0; i < side; i++) {
            System.arraycopy(re, i * side + i, result.real(i), 0, side - i);
            System.arraycopy(im, i * side + i, result.imaginary(i), 0, side - i);
            result.imaginary(i)[0] = 0;
        }
        return result;
    }

    private HermitianMatrix[] evenAndOdd(double[] re, double[] im) {
        int side = kernel.kept();
        HermitianMatrix even = HermitianMatrix.full(side, true);
        HermitianMatrix odd = HermitianMatrix.full(side, true);
        for (int i = 0; i < side; i++) {
            for (int j = i; j < side; j++) {
                int upper = i * side + j;
                int lower = j * side + i;
                even.real(i)[j - i] = re[upper] + re[lower];
                even.imaginary(i)[j - i] = im[upper] - im[lower];
                odd.real(i)[j - i] = -im[upper] - im[lower];
                odd.imaginary(i)[j - i] = re[upper] - re[lower];
            }
        }
        return new HermitianMatrix[] {even, odd};
    }
}
