package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernel without its stride, one matrix for each pair of shifts, and its Fourier transform along the outer axis.
 *
 * <pre>C_b(u) = sum over outer shifts a of B_ab exp(i u a)</pre>
 *
 * The matrices are {@code [summed, kept]}, where kept is either the phased input channels or the output channels: those
 * that a Gram matrix C* C is left with.
 */
final class PhasedKernel {
    private final AxisPhases outer;
    private final double[] values;
    private final int innerSlots;
    private final int summed;
    private final int kept;

    /** Copies the kernel {@code [outer taps, inner taps, in, out]}, given in C order. */
    PhasedKernel(double[] kernel, int in, int out, AxisPhases outer, AxisPhases inner, boolean keepOutputs) {
        this.outer = outer;
        innerSlots = inner.shifts().length;
        int phasedIn = in * outer.phases() * inner.phases();
        summed = keepOutputs ? phasedIn : out;
        kept = keepOutputs ? out : phasedIn;
        values = new double[Math.toIntExact((long) outer.shifts().length * innerSlots * summed * kept)];
        for (int a = 0; a < outer.tapSlots().length; a++) {
            for (int b = 0; b < inner.tapSlots().length; b++) {
                int phase = outer.tapPhases()[a] * inner.phases() + inner.tapPhases()[b];
                int block = outer.tapSlots()[a] * innerSlots + inner.tapSlots()[b];
                int from = (a * inner.tapSlots().length + b) * in * out;
                for (int c = 0; c < in; c++) {
                    for (int o = 0; o < out; o++) {
                        int row = keepOutputs ? phase * in + c : o;
                        int column = keepOutputs ? o : phase * in + c;
                        values[(block * summed + row) * kept + column] += kernel[from + c * out + o];
                    }
                }
            }
        }
    }

    int kept() {
        return kept;
    }

    int summed() {
        return summed;
    }

    int innerSlots() {
        return innerSlots;
    }

    /** Transform at an outer frequency in radians: parts {@code [inner slots, summed, kept]}. */
    Transform transform(double frequency, boolean isReal) {
        int length = innerSlots * summed * kept;
        double[] part = new double[length];
        INDArray re = fill(part, frequency, true);
        INDArray im = isReal ? Tensors.zeros(DataType.DOUBLE, 1) : fill(part, frequency, false);
        return new Transform(re, im, isReal);
    }

    private INDArray fill(double[] part, double frequency, boolean cosine) {
        Arrays.fill(part, 0);
        for (int a = 0; a < outer.shifts().length; a++) {
            double angle = frequency * outer.shifts()[a];
            double factor = cosine ? Math.cos(angle) : Math.sin(angle);
            int from = a * part.length;
            for (int i = 0; i < part.length; i++) {
                part[i] += factor * values[from + i];
            }
        }
        return Tensors.of(DataType.DOUBLE, part, innerSlots, summed, kept);
    }

    /** C_b for all inner shifts b, off heap until closed. */
    record Transform(INDArray re, INDArray im, boolean isReal) implements AutoCloseable {

        /** Adds C_a* C_b to {@code [kept, kept]} parts; leaves the imaginary one alone if all is real. */
        void addProduct(int a, int b, INDArray sumRe, INDArray sumIm) {
            Products.product(re.slice(a), true, re.slice(b), false, 1, 1, sumRe);
            if (!isReal) {
                Products.product(im.slice(a), true, im.slice(b), false, 1, 1, sumRe);
                Products.product(re.slice(a), true, im.slice(b), false, 1, 1, sumIm);
                Products.product(im.slice(a), true, re.slice(b), false, -1, 1, sumIm);
            }
        }

        @Override
        public void close() {
            re.close();
            im.close();
        }
    }
}
