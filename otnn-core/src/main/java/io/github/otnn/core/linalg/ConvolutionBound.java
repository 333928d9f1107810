package io.github.otnn.core.linalg;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rigorous upper bound of a convolution's operator norm, in float64, for its kernel, stride, dilation, padding and input
 * size. A transposed convolution has the norm of its adjoint: ask for that one.
 *
 * <p>The result is the smallest of those that apply, each a proven bound with its allowance for rounding:
 *
 * <ul>
 *   <li>sqrt(M) sigma(reshaped kernel), M the largest number of taps that read one pixel. Alone if M = 1, where it is the
 *       norm: 1 x 1 kernels of stride 1, and kernel = stride.
 *   <li>The operator written out, borders included: the norm. For small images, or few channels.
 *   <li>A periodic convolution of which this one is a part, by Fourier transform. The norm itself for circular padding whose
 *       windows come full circle. With zeros a little above, the less the larger the image.
 *   <li>The same with one axis written out, where that is affordable and the border matters.
 * </ul>
 *
 * <p>Measured: within a millionth of the norm where written out or circular, within 1 % for 3x3 kernels from 14 pixels on,
 * within 3 % for wide 7x7 maps. Looser, but still a bound: large circular images whose size the stride does not divide.
 *
 * <p>Off-heap and heap memory: a few copies of the kernel in float64, and working arrays of at most about 256 MiB for a
 * written out operator. One thread; stateless.
 *
 * @see <a href="https://arxiv.org/abs/1805.10408">Sedghi, Gupta, Long 2019</a>
 */
public final class ConvolutionBound {
    /** Above this the whole operator is not written out: about half a second. */
    private static final double WHOLE_OPERATIONS = 4e9;
    /** The same where the other bounds are several per cent above the norm: about five seconds. */
    private static final double LOOSE_WHOLE_OPERATIONS = 3e10;
    /** Ratio of the period to the pixels in it from which on that is so. */
    private static final double VERY_LOOSE_PERIOD = 1.2;
    /** The same for one axis: about ten seconds. */
    private static final double AXIS_OPERATIONS = 8e10;
    /** 256 MiB of doubles. */
    private static final double NUMBERS = 1 << 25;
    /** More rows than this are not worth counting. */
    private static final long LARGEST_SIDE = 1 << 13;
    /** From this ratio of the period to the pixels in it on, the border of an axis counts. */
    private static final double LOOSE_PERIOD = 1.1;
    /** The same for a second set of frequencies, which is cheap. */
    private static final double HALF_STEP_PERIOD = 1.05;

    private ConvolutionBound() {}

    /**
     * Upper bound of the operator norm of a convolution with zero padding.
     *
     * @param kernel {@code [kH, kW, in, out]}. Not modified.
     * @param inputHeight rows of the input
     * @param inputWidth columns of the input
     */
    public static double of(INDArray kernel, long inputHeight, long inputWidth, Convolutions.Geometry geometry) {
        requireRank(kernel);
        ConvolutionAxis rows = ConvolutionAxis.zeroPadded(
                (int) kernel.size(0),
                geometry.strideHeight(),
                geometry.dilationHeight(),
                geometry.padHeight(),
                geometry.padHeight(),
                Math.toIntExact(inputHeight));
        ConvolutionAxis columns = ConvolutionAxis.zeroPadded(
                (int) kernel.size(1),
                geometry.strideWidth(),
                geometry.dilationWidth(),
                geometry.padWidth(),
                geometry.padWidth(),
                Math.toIntExact(inputWidth));
        return of(kernel, rows, columns);
    }

    /**
     * Upper bound of the operator norm.
     *
     * @param kernel {@code [kH, kW, in, out]}; for one spatial axis kH = 1 and rows of size 1. Not modified.
     * @param rows axis of kH
     * @param columns axis of kW
     * @throws ShapeMismatchException if the kernel is not of the axes' sizes
     */
    public static double of(INDArray kernel, ConvolutionAxis rows, ConvolutionAxis columns) {
        requireRank(kernel);
        if (kernel.size(0) != rows.kernel() || kernel.size(1) != columns.kernel()) {
            throw new ShapeMismatchException(
                    "ConvolutionBound",
                    "kernel [" + rows.kernel() + ", " + columns.kernel() + ", in, out]",
                    Arrays.toString(kernel.shape()));
        }
        double unit = SpectralBound.powerOfTwoNear(kernel);
        // an exact scaling, so that no square overflows or underflows
        INDArray wide = Tensors.dense(kernel, DataType.DOUBLE).mul(1 / unit);
        INDArray reshaped = wide.reshape('c', (long) rows.kernel() * columns.kernel() * kernel.size(2), kernel.size(3));
        double uses = (double) rows.mostUses() * columns.mostUses();
        double overlap = Math.sqrt(uses) * SpectralBound.ofMatrix(reshaped) * (1 + 8 * SpectralBound.UNIT);
        double[] values = Tensors.toDoubles(wide);
        wide.close();
        if (uses <= 1 && rows.hasWholeWindow() && columns.hasWholeWindow()) {
            return unit * overlap;
        }
        ScaledKernel scaled =
                new ScaledKernel(values, rows.kernel(), columns.kernel(), (int) kernel.size(2), (int) kernel.size(3));
        // squares of limits are compared up to rounding only
        return unit * Math.min(overlap, byOperator(scaled, rows, columns, overlap * (1 + 1e-6)));
    }

    private static void requireRank(INDArray kernel) {
        if (kernel.rank() != 4) {
            throw new ShapeMismatchException(
                    "ConvolutionBound", "kernel [kH, kW, in, out]", Arrays.toString(kernel.shape()));
        }
    }

    private static double byOperator(ScaledKernel kernel, ConvolutionAxis rows, ConvolutionAxis columns, double limit) {
        AxisPhases r = AxisPhases.of(rows);
        AxisPhases c = AxisPhases.of(columns);
        double operations =
                Math.max(r.looseness(), c.looseness()) >= VERY_LOOSE_PERIOD ? LOOSE_WHOLE_OPERATIONS : WHOLE_OPERATIONS;
        // a band is narrow if the inner axis is the short one
        double whole = rows.size() >= columns.size()
                ? writtenOut(kernel, rows, columns, operations, limit)
                : writtenOut(kernel.transposed(), columns, rows, operations, limit);
        if (!Double.isNaN(whole)) {
            return whole;
        }
        // products are made for each outer frequency, sums for every pair
        return r.period() <= c.period()
                ? fourier(kernel, rows, columns, r, c, limit)
                : fourier(kernel.transposed(), columns, rows, c, r, limit);
    }

    /** Not a number if too large. */
    private static double writtenOut(
            ScaledKernel kernel, ConvolutionAxis outer, ConvolutionAxis inner, double operations, double limit) {
        WrittenOutBound best = null;
        long inputs = (long) kernel.in() * outer.size() * inner.size();
        long outputs = (long) kernel.out() * outer.windows() * inner.windows();
        for (boolean keepOutputs : new boolean[] {false, true}) {
            if ((keepOutputs ? outputs : inputs) <= LARGEST_SIDE) {
                WrittenOutBound bound = WrittenOutBound.whole(kernel, outer, inner, keepOutputs);
                if (bound.numbers() <= NUMBERS
                        && bound.operations() <= (best == null ? operations : best.operations())) {
                    best = bound;
                }
            }
        }
        return best == null ? Double.NaN : best.below(limit);
    }

    private static double fourier(
            ScaledKernel kernel,
            ConvolutionAxis outer,
            ConvolutionAxis inner,
            AxisPhases outerPhases,
            AxisPhases innerPhases,
            double limit) {
        double best = limit;
        boolean bestOuter = false;
        boolean bestInner = false;
        for (boolean outerHalf : halfSteps(outerPhases)) {
            for (boolean innerHalf : halfSteps(innerPhases)) {
                double bound = new FourierBound(kernel, outerPhases, innerPhases, outerHalf, innerHalf).below(best);
                if (bound < best) {
                    best = bound;
                    bestOuter = outerHalf;
                    bestInner = innerHalf;
                }
            }
        }
        @Nullable
        WrittenOutBound tighter =
                innerPhases.looseness() >= LOOSE_PERIOD ? oneAxis(kernel, outerPhases, bestOuter, inner) : null;
        if (outerPhases.looseness() >= LOOSE_PERIOD
                && (tighter == null || outerPhases.looseness() > innerPhases.looseness())) {
            WrittenOutBound other = oneAxis(kernel.transposed(), innerPhases, bestInner, outer);
            tighter = other == null ? tighter : other;
        }
        return tighter == null ? best : Math.min(best, tighter.below(best));
    }

    /** Both sets of frequencies where the border counts: a peak of the kernel's transform may lie between those of one. */
    private static boolean[] halfSteps(AxisPhases phases) {
        return phases.canHalfStep() && phases.looseness() >= HALF_STEP_PERIOD
                ? new boolean[] {false, true}
                : new boolean[] {false};
    }

    private static @Nullable WrittenOutBound oneAxis(
            ScaledKernel kernel, AxisPhases outer, boolean halfStep, ConvolutionAxis inner) {
        WrittenOutBound best = null;
        for (boolean keepOutputs : new boolean[] {false, true}) {
            WrittenOutBound bound = WrittenOutBound.innerAxis(kernel, outer, halfStep, inner, keepOutputs);
            if (bound.numbers() <= NUMBERS
                    && bound.operations() <= (best == null ? AXIS_OPERATIONS : best.operations())) {
                best = bound;
            }
        }
        return best;
    }
}
