package io.github.otnn.core.tensor;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.otnn.core.testing.FiniteDifferences;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels that sweep over an array in blocks, against plain loops; arrays are longer than a block and fill none exactly. */
class SweepsTest {
    private static final int ROWS = 701;
    private static final int COLUMNS = 14;

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void squareMatricesAreScaledShiftedAndComparedWithTheIdentity(DataType type) {
        for (int side : new int[] {1, 2, 3, 97}) {
            INDArray square = FiniteDifferences.gaussian(type, side, side, side);
            INDArray result = Tensors.zeros(type, side, side);
            MatrixSums.scaleAndShift(square, -0.5, 1.5, result);
            double[] in = Tensors.toDoubles(square);
            double[] out = Tensors.toDoubles(result);
            double squares = 0;
            for (int i = 0; i < in.length; i++) {
                double diagonal = i / side == i % side ? 1 : 0;
                double expected = -0.5 * in[i] + 1.5 * diagonal;
                assertThat(out[i]).isEqualTo(type == DataType.FLOAT ? (float) expected : expected);
                squares += (in[i] - diagonal) * (in[i] - diagonal);
            }
            assertThat(MatrixSums.distanceToIdentity(square)).isCloseTo(Math.sqrt(squares), withinPercentage(1e-11));
        }
        INDArray broken = Tensors.zeros(type, 2, 2);
        broken.putScalar(1, 0, Float.NaN);
        assertThat(MatrixSums.distanceToIdentity(broken)).isNaN();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void signPartsAreSplitExactlyAndZeroGetsNoCotangent(DataType type) {
        INDArray x = rows(type, 1);
        x.putScalar(0, 0, 0);
        INDArray y = Tensors.zeros(type, ROWS, 2 * COLUMNS);
        INDArray dy = FiniteDifferences.gaussian(type, 2, ROWS, 2 * COLUMNS);
        INDArray dx = Tensors.zeros(type, ROWS, COLUMNS);
        SignParts.forward(x, y);
        SignParts.backward(x, dy, dx);
        double[] in = Tensors.toDoubles(x);
        double[] out = Tensors.toDoubles(y);
        double[] cotangent = Tensors.toDoubles(dy);
        double[] back = Tensors.toDoubles(dx);
        for (int i = 0; i < in.length; i++) {
            int first = i / COLUMNS * 2 * COLUMNS + i % COLUMNS;
            assertThat(out[first]).isEqualTo(Math.max(in[i], 0));
            assertThat(out[first + COLUMNS]).isEqualTo(Math.max(-in[i], 0));
            assertThat(back[i]).isEqualTo(in[i] == 0 ? 0 : in[i] > 0 ? cotangent[first] : -cotangent[first + COLUMNS]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void leakySlopesMatchLoops(DataType type) {
        INDArray x = rows(type, 3);
        x.putScalar(0, 0, 0);
        INDArray dy = rows(type, 4);
        double[] slopes = Tensors.toDoubles(FiniteDifferences.gaussian(type, 5, COLUMNS));
        INDArray y = Tensors.zeros(type, ROWS, COLUMNS);
        INDArray dx = Tensors.zeros(type, ROWS, COLUMNS);
        double[] gradient = new double[COLUMNS];
        gradient[0] = 100;
        LeakySlopes.forward(x, slopes, y);
        LeakySlopes.backward(x, slopes, dy, dx, gradient);
        double[] in = Tensors.toDoubles(x);
        double[] cotangent = Tensors.toDoubles(dy);
        double[] expected = new double[in.length];
        double[] expectedBack = new double[in.length];
        double[] expectedGradient = new double[COLUMNS];
        expectedGradient[0] = 100;
        for (int i = 0; i < in.length; i++) {
            double slope = in[i] >= 0 ? 1 : slopes[i % COLUMNS];
            expected[i] = slope * in[i];
            expectedBack[i] = slope * cotangent[i];
            expectedGradient[i % COLUMNS] += in[i] < 0 ? in[i] * cotangent[i] : 0;
        }
        assertClose(Tensors.toDoubles(y), expected, rounding(type));
        assertClose(Tensors.toDoubles(dx), expectedBack, rounding(type));
        assertClose(gradient, expectedGradient, 1e-12);
        double[] alone = new double[COLUMNS];
        alone[0] = 100;
        LeakySlopes.backward(x, slopes, dy, null, alone);
        assertThat(alone).isEqualTo(gradient);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void halfReflectionsMatchTheirMatrix(DataType type) {
        int pairs = COLUMNS / 2;
        double[] angles = Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, 6, pairs));
        INDArray x = rows(type, 7);
        INDArray dy = rows(type, 8);
        INDArray y = Tensors.zeros(type, ROWS, COLUMNS);
        INDArray dx = Tensors.zeros(type, ROWS, COLUMNS);
        double[] gradient = new double[pairs];
        HalfReflections reflections = new HalfReflections(angles);
        reflections.forward(x, y);
        reflections.backward(x, dy, dx, gradient);
        double[] in = Tensors.toDoubles(x);
        double[] cotangent = Tensors.toDoubles(dy);
        double[] expected = in.clone();
        double[] expectedBack = cotangent.clone();
        double[] expectedGradient = new double[pairs];
        for (int i = 0; i < in.length; i++) {
            int j = i % COLUMNS;
            double t = angles[j % pairs];
            if (j < pairs && in[i] * Math.sin(t / 2) - in[i + pairs] * Math.cos(t / 2) > 0) {
                double cos = Math.cos(t);
                double sin = Math.sin(t);
                expected[i] = in[i] * cos + in[i + pairs] * sin;
                expected[i + pairs] = in[i] * sin - in[i + pairs] * cos;
                expectedBack[i] = cotangent[i] * cos + cotangent[i + pairs] * sin;
                expectedBack[i + pairs] = cotangent[i] * sin - cotangent[i + pairs] * cos;
                expectedGradient[j] += cotangent[i] * (in[i + pairs] * cos - in[i] * sin)
                        + cotangent[i + pairs] * (in[i] * cos + in[i + pairs] * sin);
            }
        }
        assertClose(Tensors.toDoubles(y), expected, rounding(type));
        assertClose(Tensors.toDoubles(dx), expectedBack, rounding(type));
        assertClose(gradient, expectedGradient, 1e-11);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void centeringMatchesLoops(DataType type) {
        // samples longer than a block, samples of one position, vectors as positions of one channel
        for (int[] shape : new int[][] {{2, 701, 14}, {3, 1, 5}, {3, 5001, 1}, {2, 3, 4099}}) {
            int biases = shape[2] == 1 ? shape[1] : shape[2];
            INDArray x = FiniteDifferences.gaussian(type, 9, shape[0], shape[1], shape[2]);
            double[] bias = Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, 10, biases));
            double[] in = Tensors.toDoubles(x);
            int length = shape[1] * shape[2];
            double[] means = new double[shape[0] * shape[2]];
            for (int i = 0; i < in.length; i++) {
                means[i / length * shape[2] + i % shape[2]] += in[i] / shape[1];
            }
            double[] centred = new double[in.length];
            double[] shifted = new double[in.length];
            for (int i = 0; i < in.length; i++) {
                centred[i] = in[i] - means[i / length * shape[2] + i % shape[2]];
                shifted[i] = centred[i] + bias[i % length % biases];
            }
            INDArray y = Tensors.zeros(type, x.shape());
            Centering.forward(x, bias, y);
            assertClose(Tensors.toDoubles(y), shifted, rounding(type));
            Centering.backward(x, y);
            assertClose(Tensors.toDoubles(y), centred, rounding(type));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void pixelsMoveToTheirChannelsAndBack(DataType type) {
        int block = 3;
        INDArray high = FiniteDifferences.gaussian(type, 11, 2, 6, 9, 5);
        INDArray low = Tensors.zeros(type, 2, 2, 3, 45);
        PixelShuffle.toChannels(high, block, low);
        for (int c = 0; c < 5; c++) {
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 9; j++) {
                    int channel = c * block * block + i % block * block + j % block;
                    assertThat(low.getDouble(1, i / block, j / block, channel)).isEqualTo(high.getDouble(1, i, j, c));
                }
            }
        }
        INDArray again = Tensors.zeros(type, high.shape());
        PixelShuffle.toPixels(low, block, again);
        assertSameBits(again, high);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void positivePartsAndAbsoluteValuesHaveNoCotangentAtZero(DataType type) {
        INDArray x = Tensors.of(type, new double[] {-2, -0.0, 0, 3}, 1, 4);
        INDArray dy = Tensors.of(type, new double[] {5, 6, 7, 8}, 1, 4);
        INDArray result = Tensors.zeros(type, 1, 4);
        Elementwise.positivePart(x, result);
        assertClose(Tensors.toDoubles(result), new double[] {0, 0, 0, 3}, 0);
        Elementwise.positivePartBackward(x, dy, result);
        assertClose(Tensors.toDoubles(result), new double[] {0, 0, 0, 8}, 0);
        Elementwise.absolute(x, result);
        assertClose(Tensors.toDoubles(result), new double[] {2, 0, 0, 3}, 0);
        Elementwise.absoluteBackward(x, dy, result);
        assertClose(Tensors.toDoubles(result), new double[] {-5, 0, 0, 8}, 0);
    }

    private static INDArray rows(DataType type, long seed) {
        return FiniteDifferences.gaussian(type, seed, ROWS, COLUMNS);
    }

    private static double rounding(DataType type) {
        return type == DataType.DOUBLE ? 1e-14 : 1e-7;
    }
}
