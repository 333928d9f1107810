package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bound of a convolution's norm from its Gram matrix over all places of an axis, or of both axes, borders included.
 *
 * <p>With both axes written out the bound is the norm itself, to about a millionth. With one, the other is transformed as
 * in {@link FourierBound}, so only its border is lost. A Gram matrix of a convolution is a band, which {@link
 * HermitianMatrix} makes use of.
 */
final class WrittenOutBound {
    private final AxisPhases outer;
    private final boolean halfStep;
    private final PhasedKernel kernel;
    private final Incidences incidences;
    private final int[] lastMet;
    private final double entryError;

    private WrittenOutBound(
            ScaledKernel kernel,
            AxisPhases outer,
            boolean halfStep,
            boolean keepOutputs,
            Incidences incidences,
            int overlap) {
        this.outer = outer;
        this.halfStep = halfStep;
        this.incidences = incidences;
        AxisPhases inner = AxisPhases.none(kernel.innerTaps());
        this.kernel = new PhasedKernel(kernel.values(), kernel.in(), kernel.out(), outer, inner, keepOutputs);
        lastMet = incidences.lastMet();
        entryError = kernel.gramError(this.kernel.summed(), overlap);
    }

    /** Both axes written out; the Gram matrix of the inputs or of the outputs, as asked. */
    static WrittenOutBound whole(
            ScaledKernel kernel, ConvolutionAxis outer, ConvolutionAxis inner, boolean keepOutputs) {
        ScaledKernel flat =
                new ScaledKernel(kernel.values(), 1, outer.kernel() * inner.kernel(), kernel.in(), kernel.out());
        Incidences both = Incidences.of(outer, keepOutputs).times(Incidences.of(inner, keepOutputs), inner.kernel());
        int overlap = Math.multiplyExact(outer.mostUses(), inner.mostUses());
        return new WrittenOutBound(flat, AxisPhases.none(1), false, keepOutputs, both, overlap);
    }

    /** The inner axis written out, the outer one transformed. */
    static WrittenOutBound innerAxis(
            ScaledKernel kernel, AxisPhases outer, boolean halfStep, ConvolutionAxis inner, boolean keepOutputs) {
        Incidences incidences = Incidences.of(inner, keepOutputs);
        int overlap = Math.multiplyExact(kernel.outerTaps(), inner.mostUses());
        return new WrittenOutBound(kernel, outer, halfStep, keepOutputs, incidences, overlap);
    }

    /** Floating-point operations of one factorisation for each frequency: estimate of the time. */
    double operations() {
        double sum = 0;
        for (int place = 0; place < lastMet.length; place++) {
            double width = (lastMet[place] - place + 1.0) * kernel.kept();
            sum += kernel.kept() * width * width;
        }
        int frequencies = outer.halfCount(halfStep);
        return isComplex() ? 4 * sum * frequencies : sum;
    }

    /** Numbers held in memory. */
    double numbers() {
        double sum = 0;
        for (int place = 0; place < lastMet.length; place++) {
            sum += (lastMet[place] - place + 1.0) * kernel.kept() * kernel.kept();
        }
        double taps = (double) kernel.innerSlots() * kernel.kept();
        return (isComplex() ? 2 : 1) * (2 * sum + 2 * taps * taps);
    }

    /**
     * Upper bound of the norm, or infinity if it is above the limit.
     *
     * @param limit value above which the bound is of no use
     */
    double below(double limit) {
        int kept = kernel.kept();
        int[] end = new int[lastMet.length * kept];
        for (int row = 0; row < end.length; row++) {
            end[row] = (lastMet[row / kept] + 1) * kept;
        }
        HermitianMatrix gram = new HermitianMatrix(end, isComplex());
        EigenvalueCeiling ceiling = new EigenvalueCeiling(gram, limit * limit / outer.repeats());
        for (int u : SpreadOrder.of(outer.halfCount(halfStep))) {
            boolean isReal = outer.isReal(u, halfStep);
            try (PhasedKernel.Transform transform = kernel.transform(outer.frequency(u, halfStep), isReal)) {
                gram.clear();
                addProducts(transform, gram);
            }
            if (!ceiling.liftOver(gram)) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return Math.sqrt(outer.repeats() * ceiling.bound(entryError)) * (1 + 8 * SpectralBound.UNIT);
    }

    private boolean isComplex() {
        return IntStream.range(0, outer.halfCount(halfStep)).anyMatch(u -> !outer.isReal(u, halfStep));
    }

    /** Products C_a* C_b of all taps, added to the blocks of the Gram matrix where their taps meet. */
    private void addProducts(PhasedKernel.Transform transform, HermitianMatrix gram) {
        long width = (long) kernel.innerSlots() * kernel.kept();
        INDArray products = Tensors.uninitialized(DataType.DOUBLE, width, width);
        INDArray re = sideBySide(transform.re());
        Products.multiplyTransposedLeft(re, re, products);
        if (!transform.isReal()) {
            INDArray im = sideBySide(transform.im());
            Products.product(im, true, im, false, 1, 1, products);
            INDArray imaginary = Tensors.uninitialized(DataType.DOUBLE, width, width);
            Products.multiplyTransposedLeft(re, im, imaginary);
            Products.product(im, true, re, false, -1, 1, imaginary);
            addBlocks(Tensors.toDoubles(imaginary), gram::imaginary);
            im.close();
            imaginary.close();
        }
        addBlocks(Tensors.toDoubles(products), gram::real);
        re.close();
        products.close();
    }

    private void addBlocks(double[] products, IntFunction<double[]> rows) {
        for (int summed = 0; summed < incidences.kept().length; summed++) {
            int[] places = incidences.kept()[summed];
            int[] taps = incidences.taps()[summed];
            for (int x = 0; x < places.length; x++) {
                for (int y = 0; y < places.length; y++) {
                    if (places[x] <= places[y]) {
                        addBlock(products, taps[x], taps[y], rows, places[x], places[y]);
                    }
                }
            }
        }
    }

    private void addBlock(double[] products, int tapX, int tapY, IntFunction<double[]> rows, int placeX, int placeY) {
        int kept = kernel.kept();
        int width = kernel.innerSlots() * kept;
        for (int i = 0; i < kept; i++) {
            int row = placeX * kept + i;
            int first = placeX == placeY ? i : 0;
            double[] target = rows.apply(row);
            int from = (tapX * kept + i) * width + tapY * kept;
            int to = placeY * kept - row;
            for (int j = first; j < kept; j++) {
                target[to + j] += products[from + j];
            }
        }
    }

    /** {@code [taps, summed, kept]} as {@code [summed, taps kept]}. */
    private INDArray sideBySide(INDArray parts) {
        return parts.permute(1, 0, 2)
                .dup('c')
                .reshape('c', kernel.summed(), (long) kernel.innerSlots() * kernel.kept());
    }
}
