package io.github.otnn.core.tensor;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;

import io.github.otnn.core.testing.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ChannelSweepTest {
    /** Rows and channels: one block, a block's edge, many blocks, one channel, more channels than a block. */
    @ParameterizedTest
    @CsvSource({"3, 5, FLOAT", "2048, 1, FLOAT", "70001, 3, FLOAT", "2, 5000, FLOAT", "1, 1, FLOAT", "7, 4, DOUBLE"})
    void sumsAndAffineMapsEqualPlainLoops(int rows, int channels, DataType type) {
        INDArray x = gaussian(type, 1, rows, channels);
        INDArray y = gaussian(type, 2, rows, channels);
        double[] xs = Tensors.toDoubles(x);
        double[] ys = Tensors.toDoubles(y);
        double[] sums = new double[channels];
        double[] products = new double[channels];
        double[] combined = new double[xs.length];
        double[] a = Tensors.toDoubles(gaussian(type, 3, 1, channels));
        double[] b = Tensors.toDoubles(gaussian(type, 4, 1, channels));
        double[] shift = Tensors.toDoubles(gaussian(type, 5, 1, channels));
        for (int i = 0; i < xs.length; i++) {
            int c = i % channels;
            sums[c] += xs[i];
            products[c] += xs[i] * ys[i];
            combined[i] = xs[i] * a[c] + ys[i] * b[c] + shift[c];
        }
        double tolerance = Tolerances.golden(type);
        assertClose(ChannelSweep.sums(x), sums, tolerance);
        assertClose(ChannelSweep.sumsOfProducts(x, y), products, tolerance);
        INDArray result = Tensors.zeros(type, rows, channels);
        ChannelSweep.combine(x, a, y, b, shift, result);
        assertClose(Tensors.toDoubles(result), combined, tolerance);
        ChannelSweep.combine(x, a, x, new double[channels], shift, x);
        INDArray affine = Tensors.of(type, xs, rows, channels);
        ChannelSweep.affine(affine, a, shift, affine);
        assertClose(Tensors.toDoubles(affine), Tensors.toDoubles(x), tolerance);
    }

    @ParameterizedTest
    @CsvSource({"3, FLOAT", "2048, FLOAT", "5001, FLOAT", "7, DOUBLE"})
    void addScaledAddsTheScaledValues(int length, DataType type) {
        INDArray a = gaussian(type, 6, 1, length);
        INDArray result = gaussian(type, 7, 1, length);
        INDArray expected = result.add(a.mul(0.3));
        Elementwise.addScaled(a, 0.3, result);
        assertClose(Tensors.toDoubles(result), Tensors.toDoubles(expected), Tolerances.golden(type));
        Elementwise.addScaled(a, 1, result);
        assertClose(Tensors.toDoubles(result), Tensors.toDoubles(expected.add(a)), Tolerances.golden(type));
    }
}
