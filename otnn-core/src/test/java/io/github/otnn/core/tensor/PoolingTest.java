package io.github.otnn.core.tensor;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.testing.FiniteDifferences;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pooling against loops over every pixel of every window. */
class PoolingTest {
    private static final int BATCH = 2;
    private static final int CHANNELS = 3;

    static Stream<Arguments> windowsAndSizes() {
        return Stream.of(DataType.FLOAT, DataType.DOUBLE)
                .flatMap(type -> Stream.of(
                        Arguments.of(type, new Pooling.Windows(2, 2, 2, 2, 0), 4, 6),
                        Arguments.of(type, new Pooling.Windows(2, 2, 2, 2, 0), 5, 7),
                        Arguments.of(type, new Pooling.Windows(2, 3, 2, 3, 0), 5, 8),
                        Arguments.of(type, new Pooling.Windows(3, 3, 2, 2, 0), 8, 7),
                        Arguments.of(type, new Pooling.Windows(3, 3, 1, 1, 0), 3, 5),
                        Arguments.of(type, new Pooling.Windows(2, 2, 3, 3, 0), 9, 8),
                        Arguments.of(type, new Pooling.Windows(1, 1, 1, 1, 0), 1, 1),
                        Arguments.of(type, new Pooling.Windows(5, 4, 5, 4, 0), 5, 4),
                        Arguments.of(type, new Pooling.Windows(3, 3, 2, 2, 1), 7, 8),
                        Arguments.of(type, new Pooling.Windows(3, 3, 2, 2, 1), 1, 1),
                        Arguments.of(type, new Pooling.Windows(3, 3, 1, 1, 2), 2, 5)));
    }

    @ParameterizedTest
    @MethodSource("windowsAndSizes")
    void meansAndMaximaMatchLoops(DataType type, Pooling.Windows windows, int height, int width) {
        INDArray x = FiniteDifferences.gaussian(type, 1, BATCH, height, width, CHANNELS);
        // all negative: padding must not win as a zero
        x.subi(10);
        Loops loops = new Loops(windows, height, width);
        INDArray y = Tensors.zeros(type, BATCH, loops.rows, loops.columns, CHANNELS);
        INDArray dy = FiniteDifferences.gaussian(type, 2, BATCH, loops.rows, loops.columns, CHANNELS);
        INDArray dx = Tensors.of(type, new double[(int) x.length()], x.shape()).addi(7);
        Pooling.maximum(x, windows, y);
        assertClose(Tensors.toDoubles(y), loops.maxima(Tensors.toDoubles(x)), 0);
        Pooling.maximumBackward(x, dy, windows, dx);
        assertClose(
                Tensors.toDoubles(dx), loops.maximaBack(Tensors.toDoubles(x), Tensors.toDoubles(dy)), tolerance(type));
        if (windows.padding() == 0) {
            Pooling.mean(x, windows, y);
            assertClose(Tensors.toDoubles(y), loops.means(Tensors.toDoubles(x)), tolerance(type));
            Pooling.meanBackward(x, dy, windows, dx);
            assertClose(Tensors.toDoubles(dx), loops.meansBack(Tensors.toDoubles(dy)), tolerance(type));
        }
    }

    @ParameterizedTest
    @MethodSource("windowsAndSizes")
    void normsOfDisjointWindowsMatchLoops(DataType type, Pooling.Windows windows, int height, int width) {
        if (windows.rowStride() != windows.height() || windows.columnStride() != windows.width()) {
            return;
        }
        INDArray x = FiniteDifferences.gaussian(type, 3, BATCH, height, width, CHANNELS);
        Loops loops = new Loops(windows, height, width);
        double[] squares = Tensors.toDoubles(x.mul(x));
        double[] expected = loops.means(squares);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.sqrt(expected[i] * windows.height() * windows.width());
        }
        INDArray y = Tensors.zeros(type, BATCH, loops.rows, loops.columns, CHANNELS);
        NormPooling.forward(x, windows.height(), windows.width(), y);
        assertClose(Tensors.toDoubles(y), expected, tolerance(type));

        INDArray dy = FiniteDifferences.gaussian(type, 4, BATCH, loops.rows, loops.columns, CHANNELS);
        INDArray dx = x.dup().addi(7);
        NormPooling.backward(x, y, dy, windows.height(), windows.width(), dx);
        double[] slopes = Tensors.toDoubles(dy.div(y));
        double[] back = loops.meansBack(slopes);
        double[] values = Tensors.toDoubles(x);
        for (int i = 0; i < back.length; i++) {
            back[i] *= values[i] * windows.height() * windows.width();
        }
        assertClose(Tensors.toDoubles(dx), back, tolerance(type));
    }

    @Test
    void equalPixelsShareOneCotangentAmongThem() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray x = Tensors.zeros(type, 1, 2, 2, 1);
            INDArray dx = Tensors.zeros(type, 1, 2, 2, 1);
            INDArray dy = Tensors.of(type, new double[] {3}, 1, 1, 1, 1);
            Pooling.maximumBackward(x, dy, new Pooling.Windows(2, 2, 2, 2, 0), dx);
            assertThat(Tensors.toDoubles(dx)).containsExactlyInAnyOrder(0, 0, 0, 3);
        }
    }

    private static double tolerance(DataType type) {
        return type == DataType.DOUBLE ? 1e-13 : 1e-6;
    }

    /** Loops over windows, channels last. */
    private static final class Loops {
        private final Pooling.Windows windows;
        private final int height;
        private final int width;
        private final int rows;
        private final int columns;

        Loops(Pooling.Windows windows, int height, int width) {
            this.windows = windows;
            this.height = height;
            this.width = width;
            rows = (height + 2 * windows.padding() - windows.height()) / windows.rowStride() + 1;
            columns = (width + 2 * windows.padding() - windows.width()) / windows.columnStride() + 1;
        }

        double[] means(double[] x) {
            double[] y = new double[BATCH * rows * columns * CHANNELS];
            forEach((pixel, pooled) -> y[pooled] += x[pixel] / (windows.height() * windows.width()));
            return y;
        }

        double[] meansBack(double[] dy) {
            double[] dx = new double[BATCH * height * width * CHANNELS];
            forEach((pixel, pooled) -> dx[pixel] += dy[pooled] / (windows.height() * windows.width()));
            return dx;
        }

        double[] maxima(double[] x) {
            double[] y = new double[BATCH * rows * columns * CHANNELS];
            java.util.Arrays.fill(y, Double.NEGATIVE_INFINITY);
            forEach((pixel, pooled) -> y[pooled] = Math.max(y[pooled], x[pixel]));
            return y;
        }

        double[] maximaBack(double[] x, double[] dy) {
            double[] y = maxima(x);
            double[] dx = new double[x.length];
            forEach((pixel, pooled) -> dx[pixel] += x[pixel] == y[pooled] ? dy[pooled] : 0);
            return dx;
        }

        private void forEach(Visit visit) {
            for (int pooled = 0; pooled < BATCH * rows * columns * CHANNELS; pooled++) {
                int channel = pooled % CHANNELS;
                int top = pooled / CHANNELS / columns % rows * windows.rowStride() - windows.padding();
                int left = pooled / CHANNELS % columns * windows.columnStride() - windows.padding();
                int image = pooled / CHANNELS / columns / rows;
                for (int i = Math.max(top, 0); i < Math.min(top + windows.height(), height); i++) {
                    for (int j = Math.max(left, 0); j < Math.min(left + windows.width(), width); j++) {
                        visit.at(((image * height + i) * width + j) * CHANNELS + channel, pooled);
                    }
                }
            }
        }
    }

    private interface Visit {
        void at(int pixel, int pooled);
    }
}
