package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every singular value of the whole convolution, from its matrix written out. */
class OrthogonalConv2DTest {
    private static final int SIDE = 8;

    @ParameterizedTest
    @CsvSource({
        // in, out, kernel, stride
        "1, 1, 3, 1",
        "1, 1, 4, 1",
        "1, 1, 3, 2",
        "1, 3, 5, 1",
        "1, 4, 3, 2",
        "1, 5, 3, 2",
        "1, 9, 4, 2",
        "1, 16, 4, 4",
        "1, 7, 2, 2",
        "2, 3, 2, 1",
        "2, 11, 3, 2",
        "3, 1, 3, 1",
        "3, 3, 1, 1",
        "3, 3, 3, 1",
        "3, 4, 5, 1",
        "3, 5, 2, 2",
        "3, 16, 5, 4",
        "4, 2, 2, 1",
        "4, 4, 3, 2",
        "4, 4, 4, 1",
        "4, 4, 5, 1",
        "5, 3, 3, 1",
        "5, 1, 5, 2",
        "5, 2, 1, 1"
    })
    void everySingularValueIsOneWhereWindowsWrapAround(int in, int out, int kernel, int stride) {
        OrthogonalConv2D layer = new OrthogonalConv2D(out, kernel, stride, Padding.SAME);
        Network network = network(layer, in, DataType.FLOAT);
        assertThat(deviation(circular(kernel(network), stride))).isLessThan(1e-5);
        train(network, 25);
        assertThat(deviation(circular(kernel(network), stride))).isLessThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3, 3, 1, SAME",
        "4, 4, 5, 1, SAME",
        "2, 5, 4, 1, SAME",
        "3, 4, 3, 2, SAME",
        "1, 9, 4, 2, SAME",
        "4, 3, 2, 1, VALID",
        "2, 3, 5, 3, VALID"
    })
    void noSingularValueIsAboveOneWithZerosBeyondTheBorder(int in, int out, int kernel, int stride, Padding padding) {
        Network network = network(new OrthogonalConv2D(out, kernel, stride, padding), in, DataType.FLOAT);
        for (int i = 0; i < 2; i++) {
            INDArray jacobian = zeroPadded(kernel(network), stride, padding == Padding.VALID ? 0 : kernel / 2);
            double norm = SpectralBound.ofMatrix(jacobian);
            assertThat(norm).isBetween(0.9, 1 + Tolerances.BOUND_SLACK);
            LipschitzBound bound = bound(network);
            assertThat(bound.vector()).isBetween(norm - Tolerances.BOUND_SLACK, 1 + Tolerances.BOUND_SLACK);
            train(network, 25);
        }
    }

    /** What the other tests take for granted of their matrix. */
    @ParameterizedTest
    @CsvSource({"3, 4, 3, 1, SAME", "2, 3, 4, 1, VALID", "2, 5, 3, 2, SAME"})
    void theMatrixOfTheTestIsWhatTheLayerDoes(int in, int out, int kernel, int stride, Padding padding) {
        Network network = network(new OrthogonalConv2D(out, kernel, stride, padding), in, DataType.DOUBLE);
        INDArray input = gaussian(DataType.DOUBLE, 3, 1, SIDE, SIDE, in);
        INDArray jacobian = zeroPadded(kernel(network), stride, padding == Padding.VALID ? 0 : kernel / 2);
        INDArray output = network.condense().predict(input);
        assertClose(
                output.reshape('c', 1, output.length()),
                input.reshape('c', 1, input.length()).mmul(jacobian),
                Tolerances.F64_REORDERED);
    }

    @ParameterizedTest
    @CsvSource({"3, 4, 3, 1", "2, 5, 3, 2", "1, 1, 1, 1"})
    void roundingCoversTheErrorOfFloat32(int in, int out, int kernel, int stride) {
        OrthogonalConv2D layer = new OrthogonalConv2D(out, kernel, stride, Padding.SAME);
        Network network = network(layer, in, DataType.FLOAT);
        INDArray bias = network.parameters().get(1).raw();
        network.move(raw -> bias.assign(gaussian(DataType.FLOAT, 6, bias.length())));
        INDArray input = gaussian(DataType.FLOAT, 3, 1, SIDE, SIDE, in);
        INDArray output = network.condense().predict(input);
        INDArray jacobian = zeroPadded(kernel(network), stride, kernel / 2);
        INDArray exact = input.castTo(DataType.DOUBLE)
                .reshape('c', 1, input.length())
                .mmul(jacobian)
                .reshape('c', output.length() / out, out)
                .addRowVector(bias.castTo(DataType.DOUBLE));
        double error = output.castTo(DataType.DOUBLE)
                .reshape('c', output.length() / out, out)
                .sub(exact)
                .norm2Number()
                .doubleValue();
        Rounding rounding =
                layer.rounding(Shape.of(SIDE, SIDE, in), name -> name.equals("bias") ? bias : kernel(network), 0x1p-24);
        double norm = input.norm2Number().doubleValue();
        assertThat(error).isBetween(0.0, rounding.relative() * norm + rounding.absolute());
        assertThat(rounding.relative()).isLessThan(1e-4);
        double biasNorm = bias.norm2Number().doubleValue() * Math.sqrt(output.length() / out);
        assertThat(rounding.offset()).isBetween(biasNorm * (1 - 1e-6), biasNorm * (1 + 1e-6));
    }

    @ParameterizedTest
    @EnumSource(SpectralOrthogonal.RawWeights.class)
    void staysOrthogonalAfterStepsOfEverySize(SpectralOrthogonal.RawWeights rawWeights) {
        for (double rate : new double[] {1e-3, 0.1, 10, 1e5}) {
            Network network = network(new OrthogonalConv2D(3, 3, 1, Padding.SAME, rawWeights, 1), 4, DataType.FLOAT);
            for (int i = 0; i < 3; i++) {
                INDArray jump = gaussian(DataType.FLOAT, i, network.rawWeights().length())
                        .muli(rate);
                network.move(raw -> raw.addi(jump));
            }
            assertThat(deviation(circular(kernel(network), 1))).isLessThan(1e-4);
        }
    }

    @Test
    void rawWeightsOfZeroGiveNothingButStayWithinTheBound() {
        Network network = network(new OrthogonalConv2D(4, 3), 4, DataType.FLOAT);
        network.move(raw -> raw.assign(0));
        assertThat(bound(network).vector()).isLessThanOrEqualTo(1);
        train(network, 1);
        Tensors.requireFinite("raw weights", network.rawWeights());
    }

    @Test
    void aSingleChannelStaysInPlace() {
        INDArray input = gaussian(DataType.FLOAT, 5, 2, SIDE, SIDE, 1);
        for (int kernel : new int[] {1, 3, 5}) {
            Network network = network(new OrthogonalConv2D(1, kernel), 1, DataType.FLOAT);
            INDArray output = network.condense().predict(input);
            double sign = Math.signum(output.getDouble(0, 0, 0, 0) / input.getDouble(0, 0, 0, 0));
            assertClose(output.muli(sign), input, 1e-6);
        }
    }

    @Test
    void constantScalesEverySingularValue() {
        Network network = network(new OrthogonalConv2D(3, 3).withLipschitz(2.5), 3, DataType.FLOAT);
        assertThat(deviation(circular(kernel(network), 1).divi(2.5))).isLessThan(1e-5);
        assertThat(bound(network).vector()).isLessThanOrEqualTo(2.5 * (1 + Tolerances.BOUND_SLACK));
    }

    @Test
    void rebasingChangesNeitherKernelNorGradient() {
        Network kept = network(
                new OrthogonalConv2D(4, 3, 1, Padding.SAME, SpectralOrthogonal.RawWeights.KEPT, 1), 3, DataType.DOUBLE);
        Network rebased = network(new OrthogonalConv2D(4, 3), 3, DataType.DOUBLE);
        assertClose(kernel(rebased), kernel(kept), Tolerances.F64_REORDERED);
        train(kept, 0);
        train(rebased, 0);
        assertClose(rebased.rawGradient(), kept.rawGradient(), Tolerances.F64_DIFFERENCE);
    }

    @Test
    void pullbackLeavesTheCotangentUntouched() {
        Shape shape = Shape.of(3, 3, 3, 2);
        OrthogonalKernel orthogonal = OrthogonalKernel.rebased(1);
        Projection projection = orthogonal.bind(shape, DataType.DOUBLE);
        INDArray raw = gaussian(DataType.DOUBLE, 1, orthogonal.rawShape(shape).sizes());
        projection.project(raw, Tensors.zeros(DataType.DOUBLE, shape.sizes()));
        INDArray cotangent = gaussian(DataType.DOUBLE, 2, shape.sizes());
        INDArray before = cotangent.dup();
        projection.pullback(raw, cotangent, Tensors.zeros(DataType.DOUBLE, raw.shape()));
        assertSameBits(cotangent, before);
    }

    @Test
    void rejectsWindowsThatLeavePixelsOut() {
        assertThatThrownBy(() -> new OrthogonalConv2D(4, 2, 3, Padding.VALID))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OrthogonalConv2D: expected a kernel of at least the stride, got kernel 2 and stride 3; "
                        + "windows would leave pixels out, so nothing could keep norms");
        assertThatThrownBy(() -> OrthogonalKernel.rebased(2).rawShape(Shape.of(1, 1, 3, 4)))
                .hasMessageContaining("expected a kernel [k, k, in, out] with k >= stride 2, got [1, 1, 3, 4]");
        assertThatThrownBy(() -> new OrthogonalConv2D(4, 0, 1, Padding.VALID))
                .hasMessage(
                        "ConvolutionWindow: expected kernel, stride and dilation >= 1, got kernel 0x0, stride 1x1, dilation 1x1");
        assertThatThrownBy(() -> OrthogonalKernel.rebased(0)).hasMessageContaining("expected stride >= 1, got 0");
        assertThatThrownBy(() -> new OrthogonalConv2D(4, 3).withLipschitz(Double.NaN))
                .hasMessage("OrthogonalConv2D: expected a finite Lipschitz constant > 0, got NaN");
    }

    @Test
    void rejectsRawWeightsThatAreNotFiniteNamingTheKernel() {
        Network network = network(new OrthogonalConv2D(4, 3), 4, DataType.FLOAT);
        assertThatThrownBy(() -> network.move(raw -> raw.putScalar(20, Float.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer/kernel");
    }

    private static Network network(OrthogonalConv2D layer, int in, DataType type) {
        Architecture architecture = Architecture.builder(Shape.of(SIDE, SIDE, in))
                .add("layer", layer)
                .build();
        return Network.initialize(architecture, type, 42);
    }

    private static INDArray kernel(Network network) {
        return network.parameters().get(0).effective();
    }

    private static LipschitzBound bound(Network network) {
        return network.condense()
                .bound(network.condense().architecture().stages().get(0));
    }

    /** One gradient, and that many steps of gradient descent. */
    private static void train(Network network, int steps) {
        Shape in = network.architecture().inputShape();
        DataType type = network.rawWeights().dataType();
        INDArray input = gaussian(type, 14, in.batch(3));
        INDArray cotangent =
                gaussian(type, 15, network.architecture().outputShape().batch(3));
        for (int i = 0; i <= steps; i++) {
            network.clearGradients();
            network.forward(input);
            network.backward(cotangent);
            network.pullBackGradients();
            if (i < steps) {
                network.move(raw -> raw.subi(network.rawGradient().mul(0.1)));
            }
        }
    }

    private static INDArray circular(INDArray kernel, int stride) {
        return jacobian(kernel, stride, 0, SIDE / stride, true);
    }

    private static INDArray zeroPadded(INDArray kernel, int stride, int zeros) {
        int windows = (SIDE + 2 * zeros - (int) kernel.size(0)) / stride + 1;
        return jacobian(kernel, stride, zeros, windows, false);
    }

    /** The convolution as a matrix {@code [inputs, outputs]}, in float64. */
    private static INDArray jacobian(INDArray kernel, int stride, int pad, int windows, boolean wraps) {
        int k = (int) kernel.size(0);
        int in = (int) kernel.size(2);
        int out = (int) kernel.size(3);
        double[] taps = Tensors.toDoubles(kernel);
        int width = windows * windows * out;
        double[] matrix = new double[SIDE * SIDE * in * width];
        for (int window = 0; window < windows * windows; window++) {
            for (int tap = 0; tap < k * k; tap++) {
                int y = window / windows * stride + tap / k - pad;
                int x = window % windows * stride + tap % k - pad;
                if (!wraps && (y < 0 || y >= SIDE || x < 0 || x >= SIDE)) {
                    continue;
                }
                int pixel = Math.floorMod(y, SIDE) * SIDE + Math.floorMod(x, SIDE);
                for (int c = 0; c < in; c++) {
                    for (int o = 0; o < out; o++) {
                        matrix[(pixel * in + c) * width + window * out + o] += taps[(tap * in + c) * out + o];
                    }
                }
            }
        }
        return Tensors.of(DataType.DOUBLE, matrix, (long) SIDE * SIDE * in, width);
    }

    /** Largest distance of a squared singular value from 1, an upper bound: |J J^T - I| by its row sums. */
    private static double deviation(INDArray jacobian) {
        INDArray wide = jacobian.rows() <= jacobian.columns() ? jacobian : jacobian.transpose();
        double[] gram = Tensors.toDoubles(wide.mmul(wide.transpose()));
        int side = wide.rows();
        double largest = 0;
        for (int i = 0; i < side; i++) {
            double sum = 0;
            for (int j = 0; j < side; j++) {
                sum += Math.abs(gram[i * side + j] - (i == j ? 1 : 0));
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }
}
