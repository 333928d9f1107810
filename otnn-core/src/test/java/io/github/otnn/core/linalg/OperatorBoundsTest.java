package io.github.otnn.core.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class OperatorBoundsTest {
    static Stream<Golden> matrices() {
        return Golden.read(OperatorBoundsTest.class, "orthogonalization.json")
                .get("cases")
                .elements();
    }

    static Stream<Golden> kernels() {
        return Golden.read(OperatorBoundsTest.class, "conv_norms.json")
                .get("cases")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void matrixBoundIsAboveTheTrueNormByLessThanAMillionth(Golden golden) {
        double norm = golden.get("sigma_max").number();
        assertThat(SpectralBound.ofMatrix(golden.get("w").array(DataType.DOUBLE)))
                .isBetween(norm, norm * (1 + 1e-6));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void orthogonalisedKernelsAreCertifiedOneLipschitz(Golden golden) {
        for (String padding : new String[] {"same_zero", "valid"}) {
            double norm =
                    golden.get("padding").get(padding).get("rko_operator_norm").number();
            assertThat(bound(golden, "rko_kernel", padding)).isBetween(norm * (1 - 1e-12), 1 + Tolerances.BOUND_SLACK);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void powerIterationEstimatesTheTrueNormFromBelow(Golden golden) {
        INDArray kernel = golden.get("kernel").array(DataType.DOUBLE);
        Convolutions.Geometry geometry = geometry(golden, "same_zero");
        Golden expected = golden.get("padding").get("same_zero");
        long height = golden.get("input_height").integer();
        long width = golden.get("input_width").integer();
        double estimate = PowerIteration.estimateConvolution(kernel, height, width, geometry, 1000, 3);
        double norm = expected.get("operator_norm").number();
        assertThat(estimate).isBetween(norm * (1 - 1e-3), norm * (1 + 1e-12));
    }

    @ParameterizedTest
    @CsvSource({"28,3,1,SAME", "28,3,2,SAME", "27,5,2,SAME", "28,5,1,VALID", "29,3,3,VALID"})
    void fourierBoundOfLargerImagesIsAboveTheEstimateByFewPerCent(int size, int kernel, int stride, String padding) {
        int pad = padding.equals("SAME") ? kernel / 2 : 0;
        Convolutions.Geometry geometry = new Convolutions.Geometry(stride, stride, pad, pad);
        INDArray k = FiniteDifferences.gaussian(DataType.DOUBLE, 8, kernel, kernel, 3, 5);
        double estimate = PowerIteration.estimateConvolution(k, size, size, geometry, 200, 3);
        assertThat(ConvolutionBound.of(k, size, size, geometry)).isBetween(estimate, estimate * 1.05);
    }

    @ParameterizedTest
    @CsvSource({"7,1", "8,1", "14,2", "28,1", "9,3", "5,5"})
    void widenedKernelsOfOneOrThreeChannelsStayAtMostOne(int size, int stride) {
        for (int kernel : new int[] {1, 3, 5, 7}) {
            for (int in : kernel < 5 ? new int[] {1, 3} : new int[] {1}) {
                int out = kernel * kernel * in + 1;
                INDArray k = Tensors.of(
                        DataType.DOUBLE,
                        OrthogonalMatrices.random(kernel * kernel * in, out, new SplittableRandom(kernel)),
                        kernel,
                        kernel,
                        in,
                        out);
                int uses = (kernel + stride - 1) / stride;
                Convolutions.Geometry geometry = new Convolutions.Geometry(stride, stride, kernel / 2, kernel / 2);
                assertThat(ConvolutionBound.of(k.divi(uses), size, size, geometry))
                        .isLessThanOrEqualTo(1 + Tolerances.BOUND_SLACK);
            }
        }
    }

    @Test
    void boundsScaleExactlyFromTheSmallestToTheLargestWeights() {
        INDArray w = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 3, 4);
        double norm = SpectralBound.ofMatrix(w);
        for (int power : new int[] {-900, -300, 300, 900}) {
            double factor = Math.scalb(1.0, power);
            assertThat(SpectralBound.ofMatrix(w.mul(factor))).isEqualTo(norm * factor);
        }
        assertThatThrownBy(() -> SpectralBound.ofMatrix(Tensors.zeros(DataType.FLOAT, 3)))
                .hasMessage("SpectralBound: expected [rows, columns], got [3]");
        assertThatThrownBy(() -> ConvolutionBound.of(
                        Tensors.zeros(DataType.FLOAT, 5, 5, 1, 1), 3, 3, new Convolutions.Geometry(1, 1, 0, 0)))
                .hasMessageContaining("expected a kernel inside the padded image, got 5 (kernel 5, dilation 1) on 3");
    }

    @Test
    void boundsOfZeroAreZeroAndNaNIsRejected() {
        assertThat(SpectralBound.ofMatrix(Tensors.zeros(DataType.FLOAT, 3, 4))).isZero();
        INDArray nan = Tensors.zeros(DataType.FLOAT, 3, 4);
        nan.putScalar(0, 0, Float.NaN);
        assertThatThrownBy(() -> SpectralBound.ofMatrix(nan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected finite weights");
    }

    @Test
    void randomOrthogonalMatricesAreOrthogonalAndSeeded() {
        for (int[] size : new int[][] {{1, 1}, {5, 3}, {3, 5}, {20, 20}}) {
            double[] values = OrthogonalMatrices.random(size[0], size[1], new SplittableRandom(4));
            INDArray q = Tensors.of(DataType.DOUBLE, values, size[0], size[1]);
            INDArray gram =
                    size[0] <= size[1] ? q.mmul(q.transpose()) : q.transpose().mmul(q);
            INDArray identity = Tensors.zeros(DataType.DOUBLE, gram.shape());
            io.github.otnn.core.tensor.MatrixSums.setIdentity(identity);
            ArrayAssertions.assertClose(gram, identity, Tolerances.F64_REORDERED);
            assertThat(OrthogonalMatrices.random(size[0], size[1], new SplittableRandom(4)))
                    .isEqualTo(values);
        }
    }

    private static double bound(Golden golden, String kernel, String padding) {
        return ConvolutionBound.of(
                golden.get(kernel).array(DataType.DOUBLE),
                golden.get("input_height").integer(),
                golden.get("input_width").integer(),
                geometry(golden, padding));
    }

    private static Convolutions.Geometry geometry(Golden golden, String padding) {
        int stride = golden.get("stride").integer();
        int zeros = padding.equals("valid") ? 0 : golden.get("kernel_size").integer() / 2;
        return new Convolutions.Geometry(stride, stride, zeros, zeros);
    }
}
