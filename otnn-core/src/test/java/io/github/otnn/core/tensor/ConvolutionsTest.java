package io.github.otnn.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ConvolutionsTest {
    private static final int IMAGES = 2;
    private static final int HEIGHT = 11;
    private static final int WIDTH = 8;
    private static final int IN = 3;
    private static final int OUT = 5;

    static Stream<Convolutions.Geometry> geometries() {
        return Stream.of(
                new Convolutions.Geometry(1, 1, 1, 1),
                new Convolutions.Geometry(2, 2, 1, 1),
                new Convolutions.Geometry(2, 2, 0, 0),
                new Convolutions.Geometry(3, 2, 1, 1),
                // what its 2 x 3 windows read has the size of the image, but begins in the padding
                new Convolutions.Geometry(3, 5, 1, 1),
                new Convolutions.Geometry(1, 1, 2, 2, 2, 2),
                new Convolutions.Geometry(1, 1, 0, 0, 2, 3),
                new Convolutions.Geometry(2, 2, 2, 2, 2, 2),
                new Convolutions.Geometry(2, 1, 2, 0, 1, 2),
                new Convolutions.Geometry(3, 2, 1, 3, 2, 3),
                new Convolutions.Geometry(1, 2, 3, 1, 3, 1));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void forwardAndBothGradientsMatchPlainLoops(Convolutions.Geometry geometry) {
        for (int[] kernel : new int[][] {{3, 3}, {2, 3}, {1, 1}, {3, 1}}) {
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                double tolerance = type == DataType.DOUBLE ? Tolerances.F64_REORDERED : Tolerances.F32_GOLDEN;
                INDArray x = FiniteDifferences.gaussian(type, 1, IMAGES, HEIGHT, WIDTH, IN);
                INDArray k = FiniteDifferences.gaussian(type, 2, kernel[0], kernel[1], IN, OUT);
                INDArray dy = FiniteDifferences.gaussian(
                        type,
                        3,
                        IMAGES,
                        windows(HEIGHT, kernel[0], geometry, true),
                        windows(WIDTH, kernel[1], geometry, false),
                        OUT);
                Plain plain = new Plain(x, k, dy, geometry);
                INDArray y = Tensors.zeros(type, dy.shape());
                Convolutions.forward(new RepeatedCall(), x, k, null, geometry, y);
                ArrayAssertions.assertClose(Tensors.toDoubles(y), plain.y, tolerance);
                INDArray bias = FiniteDifferences.gaussian(type, 4, OUT);
                INDArray shifted = Tensors.zeros(type, dy.shape());
                Convolutions.forward(new RepeatedCall(), x, k, bias, geometry, shifted);
                ArrayAssertions.assertClose(shifted, y.add(bias.reshape('c', 1, 1, 1, OUT)), tolerance);
                INDArray dx = Tensors.zeros(type, x.shape());
                INDArray dk = Tensors.zeros(type, k.shape());
                Convolutions.backward(new RepeatedCall(), x, k, dy, geometry, dx, dk);
                ArrayAssertions.assertClose(Tensors.toDoubles(dx), plain.dx, tolerance);
                ArrayAssertions.assertClose(Tensors.toDoubles(dk), plain.dk, tolerance);
                INDArray alone = Tensors.zeros(type, x.shape());
                INDArray reach = Tensors.zeros(type, Convolutions.reach(k, dy, geometry));
                Convolutions.inputGradient(new RepeatedCall(), k, dy, geometry, reach, alone);
                ArrayAssertions.assertClose(Tensors.toDoubles(alone), plain.dx, tolerance);
            }
        }
    }

    @Test
    void fourNumbersMeanNoDilation() {
        assertThat(new Convolutions.Geometry(2, 3, 1, 0)).isEqualTo(new Convolutions.Geometry(2, 3, 1, 0, 1, 1));
    }

    @Test
    void productOfPatchesOfARectangularWindowIsItsKernelGradient() {
        Convolutions.Geometry geometry = new Convolutions.Geometry(2, 1, 1, 0);
        INDArray x = FiniteDifferences.gaussian(DataType.FLOAT, 1, IMAGES, HEIGHT, WIDTH, IN);
        INDArray k = FiniteDifferences.gaussian(DataType.FLOAT, 2, 2, 3, IN, OUT);
        int height = windows(HEIGHT, 2, geometry, true);
        int width = windows(WIDTH, 3, geometry, false);
        INDArray dy = FiniteDifferences.gaussian(DataType.FLOAT, 3, IMAGES, height, width, OUT);
        INDArray patches = Tensors.zeros(DataType.FLOAT, 2 * 3 * IN, (long) IMAGES * height * width);
        new Patches(2, 3, geometry, height, width).gatherColumns(x, patches);
        INDArray gradient = Tensors.zeros(DataType.FLOAT, 2 * 3 * IN, OUT);
        Products.multiply(patches, Tensors.matrix(dy), gradient);
        ArrayAssertions.assertClose(
                Tensors.toDoubles(gradient), new Plain(x, k, dy, geometry).dk, Tolerances.F32_GOLDEN);
        INDArray rows = Tensors.zeros(DataType.FLOAT, (long) IMAGES * height * width, 2 * 3 * IN);
        new Patches(2, 3, geometry, height, width).gatherRows(x, rows);
        assertThat(Tensors.toDoubles(rows)).containsExactly(Tensors.toDoubles(patches.transpose()));
        Products.multiplyTransposedRight(Tensors.matrix(dy), Tensors.matrix(k), rows);
        INDArray dx = FiniteDifferences.gaussian(DataType.FLOAT, 4, x.shape());
        new Patches(2, 3, geometry, height, width).sumRows(rows, dx);
        ArrayAssertions.assertClose(Tensors.toDoubles(dx), new Plain(x, k, dy, geometry).dx, Tolerances.F32_GOLDEN);
    }

    @Test
    void patchesRejectDilation() {
        assertThatThrownBy(() -> new Patches(3, 3, new Convolutions.Geometry(1, 1, 0, 0, 2, 2), 1, 1))
                .hasMessageContaining("Patches: expected no dilation");
    }

    private static int windows(int size, int kernel, Convolutions.Geometry geometry, boolean height) {
        int pad = height ? geometry.padHeight() : geometry.padWidth();
        int stride = height ? geometry.strideHeight() : geometry.strideWidth();
        int dilation = height ? geometry.dilationHeight() : geometry.dilationWidth();
        return (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
    }

    /** The formula of {@link Convolutions}, loop by loop. */
    private static final class Plain {
        final double[] y;
        final double[] dx;
        final double[] dk;

        Plain(INDArray input, INDArray kernel, INDArray cotangent, Convolutions.Geometry geometry) {
            double[] x = Tensors.toDoubles(input);
            double[] k = Tensors.toDoubles(kernel);
            double[] dy = Tensors.toDoubles(cotangent);
            y = new double[dy.length];
            dx = new double[x.length];
            dk = new double[k.length];
            long[] size = cotangent.shape();
            int kernelWidth = (int) kernel.size(1);
            for (int at = 0; at < dy.length; at++) {
                int o = at % OUT;
                int j = (int) (at / OUT % size[2]);
                int i = (int) (at / OUT / size[2] % size[1]);
                int n = (int) (at / OUT / size[2] / size[1]);
                for (int tap = 0; tap < k.length / OUT; tap++) {
                    int c = tap % IN;
                    int b = tap / IN % kernelWidth;
                    int a = tap / IN / kernelWidth;
                    int row = i * geometry.strideHeight() + a * geometry.dilationHeight() - geometry.padHeight();
                    int column = j * geometry.strideWidth() + b * geometry.dilationWidth() - geometry.padWidth();
                    if (row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH) {
                        int from = ((n * HEIGHT + row) * WIDTH + column) * IN + c;
                        y[at] += x[from] * k[tap * OUT + o];
                        dx[from] += dy[at] * k[tap * OUT + o];
                        dk[tap * OUT + o] += dy[at] * x[from];
                    }
                }
            }
        }
    }
}
