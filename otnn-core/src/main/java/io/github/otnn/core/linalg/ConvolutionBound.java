package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rigorous upper bound of the operator norm of a zero-padded convolution, in float64, for its kernel, stride and input
 * size.
 *
 * <p>Strides are removed first: the input is split into stride x stride phases, so the kernel becomes one of stride 1 with
 * stride^2 times the channels. The zero-padded operator on an n x n map is then a compression of the circular one on
 * N x N, N = n + k - 1, whose norm is the largest singular value of the in x out matrices of its Fourier transform. The
 * result is the smaller of that and sqrt(M) sigma(reshaped kernel), M the largest number of windows over one pixel.
 *
 * @see <a href="https://arxiv.org/abs/1805.10408">Sedghi, Gupta, Long 2019</a>
 */
public final class ConvolutionBound {
    private ConvolutionBound() {}

    /**
     * Upper bound of the operator norm.
     *
     * @param kernel {@code [kH, kW, in, out]}. Not modified.
     * @param inputHeight rows of the input
     * @param inputWidth columns of the input
     */
    public static double of(INDArray kernel, long inputHeight, long inputWidth, Convolutions.Geometry geometry) {
        long kH = kernel.size(0);
        long kW = kernel.size(1);
        Axis rows = new Axis((int) kH, geometry.strideHeight(), geometry.padHeight(), Math.toIntExact(inputHeight));
        Axis columns = new Axis((int) kW, geometry.strideWidth(), geometry.padWidth(), Math.toIntExact(inputWidth));
        INDArray wide = Tensors.dense(kernel, DataType.DOUBLE);
        INDArray reshaped = wide.reshape('c', kH * kW * kernel.size(2), kernel.size(3));
        double byOverlap = Math.sqrt((double) rows.mostUses() * columns.mostUses())
                * SpectralBound.ofMatrix(reshaped)
                * (1 + 8 * SpectralBound.UNIT);
        return Math.min(byOverlap, fourier(wide, rows, columns));
    }

    private static double fourier(INDArray kernel, Axis rows, Axis columns) {
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
        java.util.Arrays.fill(embedded, 0);
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
    private record Axis(int kernel, int stride, int pad, int size) {
        int phase(int offset) {
            return Math.floorMod(offset - pad, stride);
        }

        int shift(int offset) {
            return Math.floorDiv(offset - pad, stride);
        }

        /** Positions of one phase plus the kernel's reach: no wrap-around on this period. */
        int period() {
            int reach = shift(kernel - 1) - shift(0) + 1;
            return (size + stride - 1) / stride + reach - 1;
        }

        /** Largest number of windows that contain one input position, counted. */
        int mostUses() {
            int windows = (size + 2 * pad - kernel) / stride + 1;
            int most = 0;
            for (int position = 0; position < size; position++) {
                int uses = 0;
                for (int window = 0; window < windows; window++) {
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
