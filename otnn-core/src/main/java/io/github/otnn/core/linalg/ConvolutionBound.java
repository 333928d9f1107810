package io.github.otnn.core.linalg;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rigorous upper bound of the operator norm of a zero-padded convolution, in float64, for its kernel, stride and input
 * size.
 *
 * <p>Strides are removed first: the input is split into stride x stride phases, so the kernel becomes one of stride 1 with
 * stride^2 times the channels. The zero-padded operator on an n x n map is then a compression of the circular one on
 * N x N, N = n + k - 1 (n the smaller of input and output size: the adjoint has the same norm), whose norm is the largest singular value of the in x out matrices of its Fourier transform. The
 * result is the smaller of that and sqrt(M) sigma(reshaped kernel), M the largest number of windows over one pixel. Small
 * operators are written out as a matrix instead, which makes the bound exact.
 *
 * @see <a href="https://arxiv.org/abs/1805.10408">Sedghi, Gupta, Long 2019</a>
 */
public final class ConvolutionBound {
    /** Up to this side the operator is written out as a matrix, which makes the bound exact. */
    private static final long LARGEST_MATRIX_SIDE = 400;

    private ConvolutionBound() {}

    /**
     * Upper bound of the operator norm.
     *
     * @param kernel {@code [kH, kW, in, out]}. Not modified.
     * @param inputHeight rows of the input
     * @param inputWidth columns of the input
     */
    public static double of(INDArray kernel, long inputHeight, long inputWidth, Convolutions.Geometry geometry) {
        if (kernel.rank() != 4) {
            throw new ShapeMismatchException(
                    "ConvolutionBound", "kernel [kH, kW, in, out]", Arrays.toString(kernel.shape()));
        }
        long kH = kernel.size(0);
        long kW = kernel.size(1);
        Axis rows = new Axis((int) kH, geometry.strideHeight(), geometry.padHeight(), Math.toIntExact(inputHeight));
        Axis columns = new Axis((int) kW, geometry.strideWidth(), geometry.padWidth(), Math.toIntExact(inputWidth));
        if (rows.windows() < 1 || columns.windows() < 1) {
            throw new IllegalArgumentException("ConvolutionBound: expected a kernel inside the padded image, got " + kH
                    + " x " + kW + " on " + inputHeight + " x " + inputWidth + ", " + geometry);
        }
        double unit = SpectralBound.powerOfTwoNear(kernel);
        // an exact scaling, so that no square overflows or underflows
        INDArray wide = Tensors.dense(kernel, DataType.DOUBLE).mul(1 / unit);
        INDArray reshaped = wide.reshape('c', kH * kW * kernel.size(2), kernel.size(3));
        double byOverlap = Math.sqrt((double) rows.mostUses() * columns.mostUses())
                * SpectralBound.ofMatrix(reshaped)
                * (1 + 8 * SpectralBound.UNIT);
        double byOperator = fitsInMatrix(kernel, rows, columns)
                ? SpectralBound.ofMatrix(operatorMatrix(wide, rows, columns))
                : fourier(wide, rows, columns);
        return unit * Math.min(byOverlap, byOperator);
    }

    private static boolean fitsInMatrix(INDArray kernel, Axis rows, Axis columns) {
        long in = kernel.size(2) * rows.size * columns.size;
        long out = kernel.size(3) * rows.windows() * columns.windows();
        return Math.min(in, out) <= LARGEST_MATRIX_SIDE && in * out <= LARGEST_MATRIX_SIDE * LARGEST_MATRIX_SIDE * 8;
    }

    /** The whole convolution as a matrix {@code [inputs, outputs]}. */
    static INDArray operatorMatrix(INDArray kernel, Axis rows, Axis columns) {
        int in = Math.toIntExact(kernel.size(2));
        int out = Math.toIntExact(kernel.size(3));
        double[] taps = Tensors.toDoubles(kernel);
        int width = rows.windows() * columns.windows() * out;
        double[] matrix = new double[rows.size * columns.size * in * width];
        for (int i = 0; i < rows.windows(); i++) {
            for (int j = 0; j < columns.windows(); j++) {
                for (int tap = 0; tap < rows.kernel * columns.kernel; tap++) {
                    int y = i * rows.stride + tap / columns.kernel - rows.pad;
                    int x = j * columns.stride + tap % columns.kernel - columns.pad;
                    if (y >= 0 && y < rows.size && x >= 0 && x < columns.size) {
                        for (int c = 0; c < in; c++) {
                            int row = (y * columns.size + x) * in + c;
                            int column = (i * columns.windows() + j) * out;
                            System.arraycopy(taps, (tap * in + c) * out, matrix, row * width + column, out);
                        }
                    }
                }
            }
        }
        return Tensors.of(DataType.DOUBLE, matrix, (long) rows.size * columns.size * in, width);
    }

    /** Bound by the transform on the enlarged period, for images of any size. */
    static double fourier(INDArray kernel, Axis rows, Axis columns) {
        int in = Math.toIntExact(kernel.size(2));
        int out = Math.toIntExact(kernel.size(3));
        double[] values = Tensors.toDoubles(kernel);
        int phasedIn = in * rows.stride * columns.stride;
        int side = Math.min(phasedIn, out);
        int halfColumns = columns.period() / 2 + 1;
        int count = rows.period() * halfColumns;
        INDArray grams = Tensors.uninitialized(DataType.DOUBLE, count, 2L * side, 2L * side);
        INDArray matrix = Tensors.uninitialized(DataType.DOUBLE, 2L * phasedIn, 2L * out);
        double[] embedded = new double[4 * phasedIn * out];
        int index = 0;
        for (int u = 0; u < rows.period(); u++) {
            // the kernel is real: the other half of the frequencies is the complex conjugate
            for (int v = 0; v < halfColumns; v++) {
                transform(values, in, out, rows, columns, u, v, embedded);
                Tensors.write(embedded, matrix);
                INDArray gram = grams.slice(index++);
                if (phasedIn <= out) {
                    Products.multiplyTransposedRight(matrix, matrix, gram);
                } else {
                    Products.multiplyTransposedLeft(matrix, matrix, gram);
                }
            }
        }
        int taps = rows.kernel * columns.kernel;
        double norm = Math.sqrt(SpectralBound.largestEigenvalue(grams, 2L * Math.max(phasedIn, out)));
        grams.close();
        // each entry of the transform is a sum of at most `taps` terms with rounded sines
        double transformRounding = 4
                * (taps + 8)
                * SpectralBound.UNIT
                * Math.sqrt(taps)
                * kernel.norm2Number().doubleValue();
        return norm + transformRounding;
    }

    /** Writes the real form [[Re, -Im], [Im, Re]] of the kernel's transform at frequency (u, v). */
    private static void transform(
            double[] kernel, int in, int out, Axis rows, Axis columns, int u, int v, double[] embedded) {
        Arrays.fill(embedded, 0);
        int phasedIn = in * rows.stride * columns.stride;
        int width = 2 * out;
        for (int a = 0; a < rows.kernel; a++) {
            for (int b = 0; b < columns.kernel; b++) {
                int phase = rows.phase(a) * columns.stride + columns.phase(b);
                double angle = 2
                        * Math.PI
                        * ((double) Math.floorMod((long) u * rows.shift(a), (long) rows.period()) / rows.period()
                                + (double) Math.floorMod((long) v * columns.shift(b), (long) columns.period())
                                        / columns.period());
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                int base = (a * columns.kernel + b) * in * out;
                for (int c = 0; c < in; c++) {
                    int row = phase * in + c;
                    for (int o = 0; o < out; o++) {
                        double value = kernel[base + c * out + o];
                        embedded[row * width + o] += value * cos;
                        embedded[row * width + out + o] -= value * sin;
                        embedded[(phasedIn + row) * width + o] += value * sin;
                        embedded[(phasedIn + row) * width + out + o] += value * cos;
                    }
                }
            }
        }
    }

    /** One spatial axis: how window offsets fall on phases of the stride, and how often a position is read. */
    record Axis(int kernel, int stride, int pad, int size) {
        int phase(int offset) {
            return Math.floorMod(offset - pad, stride);
        }

        int shift(int offset) {
            return Math.floorDiv(offset - pad, stride);
        }

        /** Positions of one phase, or of the output, plus the kernel's reach: no wrap-around on this period. */
        int period() {
            int reach = shift(kernel - 1) - shift(0) + 1;
            return Math.min((size + stride - 1) / stride, windows()) + reach - 1;
        }

        int windows() {
            return (size + 2 * pad - kernel) / stride + 1;
        }

        /** Largest number of windows that contain one input position, counted. */
        int mostUses() {
            int most = 0;
            for (int position = 0; position < size; position++) {
                int uses = 0;
                for (int window = 0; window < windows(); window++) {
                    int offset = position - (window * stride - pad);
                    if (offset >= 0 && offset < kernel) {
                        uses++;
                    }
                }
                most = Math.max(most, uses);
            }
            return most;
        }
    }
}
