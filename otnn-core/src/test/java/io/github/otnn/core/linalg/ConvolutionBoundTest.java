package io.github.otnn.core.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ConvolutionBoundTest {
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionBoundTest.class);
    /** Rounding of the reference, which may come out above its own true value. */
    private static final double REFERENCE = 1e-12;
    /** What a bound may add where it is the norm itself. */
    private static final double EXACT = 1e-6;

    static Stream<Golden> kernels() {
        return Golden.read(ConvolutionBoundTest.class, "conv_norms.json")
                .get("cases")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void matchesGoldenNormsForEveryPadding(Golden golden) {
        int kernel = golden.get("kernel_size").integer();
        int stride = golden.get("stride").integer();
        int height = golden.get("input_height").integer();
        int width = golden.get("input_width").integer();
        for (String padding : new String[] {"same_zero", "valid", "circular"}) {
            int pad = padding.equals("valid") ? 0 : kernel / 2;
            ConvolutionAxis rows = axis(padding.equals("circular"), kernel, stride, 1, pad, pad, height);
            ConvolutionAxis columns = axis(padding.equals("circular"), kernel, stride, 1, pad, pad, width);
            Golden expected = golden.get("padding").get(padding);
            double norm = expected.get("operator_norm").number();
            assertThat(rows.windows()).isEqualTo(expected.get("output_height").integer());
            assertThat(columns.windows()).isEqualTo(expected.get("output_width").integer());
            assertThat(rows.mostUses() * columns.mostUses())
                    .isEqualTo(expected.get("max_windows_per_pixel").integer());
            INDArray k = golden.get("kernel").array(DataType.DOUBLE);
            assertThat(ConvolutionBound.of(k, rows, columns))
                    .as(padding)
                    .isBetween(norm * (1 - REFERENCE), norm * (1 + EXACT));
            INDArray rko = golden.get("rko_kernel").array(DataType.DOUBLE);
            double rkoNorm = expected.get("rko_operator_norm").number();
            assertThat(ConvolutionBound.of(rko, rows, columns))
                    .as("rko " + padding)
                    .isBetween(rkoNorm * (1 - REFERENCE), rkoNorm * (1 + EXACT));
        }
    }

    @Test
    void twoHundredRandomSettingsAreBoundedByTheirNorm() {
        double worst = 1;
        String worstSetting = "";
        for (Setting setting : Setting.random(200, 16, 7, 6, 11)) {
            double norm = setting.explicit().norm();
            double bound = ConvolutionBound.of(setting.array(), setting.rows, setting.columns);
            assertThat(norm).as(setting.toString()).isLessThanOrEqualTo(bound * (1 + REFERENCE));
            double tightness = norm / bound;
            if (bound > 0 && tightness < worst) {
                worst = tightness;
                worstSetting = setting.toString();
            }
        }
        LOG.info("worst tightness {} at {}", worst, worstSetting);
        // all of these are written out; what is missing is the reference's, whose iterations are counted
        assertThat(worst).as(worstSetting).isGreaterThan(0.995);
    }

    @Test
    void periodicBoundsAreNeverBelowTheNormAndExactWhereTheySay() {
        double worst = 1;
        for (Setting setting : Setting.random(90, 6, 5, 3, 12)) {
            double norm = setting.explicit().norm();
            AxisPhases rows = AxisPhases.of(setting.rows);
            AxisPhases columns = AxisPhases.of(setting.columns);
            for (boolean rowsHalf : halfSteps(rows)) {
                for (boolean columnsHalf : halfSteps(columns)) {
                    double bound = new FourierBound(setting.scaled(), rows, columns, rowsHalf, columnsHalf).below(1e9);
                    assertThat(norm).as(setting.toString()).isLessThanOrEqualTo(bound * (1 + REFERENCE));
                    worst = norm > 0 ? Math.min(worst, norm / bound) : worst;
                    if (rows.exact() && columns.exact()) {
                        assertThat(bound).as(setting.toString()).isLessThanOrEqualTo(norm * (1 + EXACT));
                    }
                }
                for (boolean keepOutputs : new boolean[] {false, true}) {
                    double bound = WrittenOutBound.innerAxis(
                                    setting.scaled(), rows, rowsHalf, setting.columns, keepOutputs)
                            .below(1e9);
                    assertThat(norm).as(setting.toString()).isLessThanOrEqualTo(bound * (1 + REFERENCE));
                    if (rows.exact()) {
                        assertThat(bound).as(setting.toString()).isLessThanOrEqualTo(norm * (1 + EXACT));
                    }
                }
            }
        }
        LOG.info("worst tightness of periodic bounds {}", worst);
    }

    @ParameterizedTest
    @CsvSource({"6,3,1,1", "6,3,2,1", "6,5,3,1", "5,4,1,2", "4,7,2,1", "6,4,2,3", "3,5,3,2", "1,3,1,1"})
    void circularWindowsThatComeFullCircleHaveTheNormOfTheirTransform(int size, int kernel, int stride, int dilation) {
        int reach = dilation * (kernel - 1);
        ConvolutionAxis axis = ConvolutionAxis.circular(kernel, stride, dilation, reach / 2, reach - reach / 2, size);
        Setting setting = new Setting(
                axis,
                axis,
                2,
                3,
                Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, size, kernel, kernel, 2, 3)));
        AxisPhases phases = AxisPhases.of(axis);
        assertThat(phases.exact()).isTrue();
        double norm = setting.explicit().norm();
        assertThat(new FourierBound(setting.scaled(), phases, phases, false, false).below(1e9))
                .isBetween(norm * (1 - REFERENCE), norm * (1 + EXACT));
    }

    @Test
    void bothGramMatricesOfTheWrittenOutOperatorGiveItsNorm() {
        for (Setting setting : Setting.random(60, 6, 5, 3, 13)) {
            double norm = setting.explicit().norm();
            for (boolean keepOutputs : new boolean[] {false, true}) {
                assertThat(WrittenOutBound.whole(setting.scaled(), setting.rows, setting.columns, keepOutputs)
                                .below(1e9))
                        .as(setting.toString())
                        .isBetween(norm * (1 - REFERENCE), norm * (1 + EXACT));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"28,3,1,16,24,0.99", "14,3,1,32,32,0.99", "27,5,2,12,20,0.99", "20,3,1,24,24,0.99", "7,3,1,160,160,0.97"
    })
    void imagesTooLargeToWriteOutAreBoundedTightly(
            int size, int kernel, int stride, int in, int out, double tightness) {
        Convolutions.Geometry geometry = new Convolutions.Geometry(stride, stride, kernel / 2, kernel / 2);
        INDArray gaussian = FiniteDifferences.gaussian(DataType.DOUBLE, 8, kernel, kernel, in, out);
        // kernels of one sign are what a border takes most from
        for (INDArray k : List.of(gaussian, gaussian.mul(0.1).add(1))) {
            double estimate =
                    PowerIteration.estimateConvolution(k.castTo(DataType.FLOAT), size, size, geometry, 200, 3);
            double bound = ConvolutionBound.of(k, size, size, geometry);
            assertThat(bound).isGreaterThan(estimate * (1 - 1e-6));
            assertThat(estimate / bound).as("tightness").isGreaterThan(tightness);
        }
    }

    @Test
    void oneSpatialAxisIsBoundedByItsNorm() {
        for (int stride = 1; stride <= 3; stride++) {
            ConvolutionAxis none = ConvolutionAxis.zeroPadded(1, 1, 1, 0, 0, 1);
            ConvolutionAxis line = ConvolutionAxis.zeroPadded(5, stride, 2, 4, 3, 35);
            double[] k = Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, stride, 1, 5, 4, 3));
            double norm = new ExplicitConvolution(k, 4, 3, none, line).norm();
            assertThat(ConvolutionBound.of(Tensors.of(DataType.DOUBLE, k, 1, 5, 4, 3), none, line))
                    .isBetween(norm * (1 - REFERENCE), norm * (1 + EXACT));
        }
    }

    @Test
    void withoutOverlapTheBoundIsTheNormOfTheReshapedKernel() {
        INDArray k = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 1, 1, 30, 20);
        double norm = SpectralBound.ofMatrix(k.reshape('c', 30, 20));
        assertThat(ConvolutionBound.of(k, 100, 100, new Convolutions.Geometry(1, 1, 0, 0)))
                .isBetween(norm * (1 - REFERENCE), norm * (1 + REFERENCE));
        INDArray patches = FiniteDifferences.gaussian(DataType.DOUBLE, 1, 4, 4, 3, 10);
        double patchNorm = SpectralBound.ofMatrix(patches.reshape('c', 48, 10));
        assertThat(ConvolutionBound.of(patches, 99, 99, new Convolutions.Geometry(4, 4, 0, 0)))
                .isBetween(patchNorm * (1 - REFERENCE), patchNorm * (1 + REFERENCE));
    }

    @ParameterizedTest
    @CsvSource({"3,2,2,3", "5,2,2,5", "3,3,3,3", "5,3,1,2", "7,2,1,4", "7,3,2,3", "4,6,4,2", "6,4,6,3"})
    void usesFarFromBordersAreTheKernelOverTheStrideReducedByTheDilation(
            int kernel, int stride, int dilation, int uses) {
        int pad = dilation * (kernel - 1);
        assertThat(ConvolutionAxis.zeroPadded(kernel, stride, dilation, pad, pad, 200)
                        .mostUses())
                .isEqualTo(uses);
        // a stride that does not divide the circle brings windows together that would not meet
        assertThat(ConvolutionAxis.circular(kernel, stride, dilation, pad, pad, 12 * 17)
                        .mostUses())
                .isGreaterThanOrEqualTo(uses);
    }

    @Test
    void circularStrideThatDoesNotDivideTheSizeCountsTheSeamTwice() {
        // windows at 0, 2, 4, 6: pixel 0 of 7 is read by the first and the last one
        assertThat(ConvolutionAxis.circular(2, 2, 1, 0, 1, 7).mostUses()).isEqualTo(2);
        assertThat(ConvolutionAxis.circular(2, 2, 1, 0, 0, 8).mostUses()).isEqualTo(1);
        INDArray ones = Tensors.zeros(DataType.DOUBLE, 1, 2, 1, 1).addi(1);
        ConvolutionAxis none = ConvolutionAxis.zeroPadded(1, 1, 1, 0, 0, 1);
        double seam = ConvolutionBound.of(ones, none, ConvolutionAxis.circular(2, 2, 1, 0, 1, 7));
        // x0 + x1, x2 + x3, x4 + x5, x6 + x0: the first and the last window share one of their two pixels
        assertThat(seam).isBetween(Math.sqrt(3) * (1 - REFERENCE), Math.sqrt(3) * (1 + EXACT));
        double closed = ConvolutionBound.of(ones, none, ConvolutionAxis.circular(2, 2, 1, 0, 0, 8));
        assertThat(closed).isBetween(Math.sqrt(2) * (1 - REFERENCE), Math.sqrt(2) * (1 + EXACT));
    }

    @Test
    void scalesExactlyAndTakesAnyLayoutWithoutTouchingIt() {
        INDArray k = FiniteDifferences.gaussian(DataType.DOUBLE, 2, 3, 3, 4, 5);
        Convolutions.Geometry geometry = new Convolutions.Geometry(1, 1, 1, 1);
        double bound = ConvolutionBound.of(k, 9, 9, geometry);
        for (int power : new int[] {-900, 900}) {
            assertThat(ConvolutionBound.of(k.mul(Math.scalb(1.0, power)), 9, 9, geometry))
                    .isEqualTo(Math.scalb(bound, power));
        }
        INDArray turned = k.permute(3, 2, 1, 0).dup('c').permute(3, 2, 1, 0);
        INDArray before = turned.dup('c');
        assertThat(ConvolutionBound.of(turned, 9, 9, geometry)).isEqualTo(bound);
        ArrayAssertions.assertSameBits(turned, before);
        assertThat(ConvolutionBound.of(Tensors.zeros(DataType.FLOAT, 3, 3, 2, 2), 9, 9, geometry))
                .isZero();
        assertThat(ConvolutionBound.of(Tensors.zeros(DataType.FLOAT, 3, 3, 64, 64), 40, 40, geometry))
                .isZero();
    }

    @Test
    void rejectsBadInputSayingWhatWasExpected() {
        assertThatThrownBy(() -> ConvolutionAxis.zeroPadded(0, 1, 1, 0, 0, 3))
                .hasMessage("ConvolutionAxis: kernel must be at least 1, got 0");
        assertThatThrownBy(() -> ConvolutionAxis.zeroPadded(3, 1, 1, -1, 0, 3))
                .hasMessage("ConvolutionAxis: padding before must be at least 0, got -1");
        assertThatThrownBy(() -> ConvolutionAxis.circular(3, 1, 3, 1, 1, 4))
                .hasMessage("ConvolutionAxis: expected a kernel inside the padded image, got 7 (kernel 3, dilation 3)"
                        + " on 4 with padding 1 + 1");
        ConvolutionAxis axis = ConvolutionAxis.zeroPadded(3, 1, 1, 1, 1, 5);
        assertThatThrownBy(() -> ConvolutionBound.of(Tensors.zeros(DataType.FLOAT, 3, 5, 1, 1), axis, axis))
                .hasMessage("ConvolutionBound: expected kernel [3, 3, in, out], got [3, 5, 1, 1]");
        assertThatThrownBy(() -> ConvolutionBound.of(Tensors.zeros(DataType.FLOAT, 3, 3), axis, axis))
                .hasMessage("ConvolutionBound: expected kernel [kH, kW, in, out], got [3, 3]");
        INDArray nan = Tensors.zeros(DataType.FLOAT, 3, 3, 1, 1);
        nan.putScalar(0, Float.NaN);
        assertThatThrownBy(() -> ConvolutionBound.of(nan, axis, axis)).hasMessageContaining("expected finite weights");
    }

    private static boolean[] halfSteps(AxisPhases phases) {
        return phases.canHalfStep() ? new boolean[] {false, true} : new boolean[] {false};
    }

    private static ConvolutionAxis axis(
            boolean circular, int kernel, int stride, int dilation, int before, int after, int size) {
        return circular
                ? ConvolutionAxis.circular(kernel, stride, dilation, before, after, size)
                : ConvolutionAxis.zeroPadded(kernel, stride, dilation, before, after, size);
    }

    /** A convolution drawn at random. */
    private record Setting(ConvolutionAxis rows, ConvolutionAxis columns, int in, int out, double[] kernel) {

        static List<Setting> random(int count, int largestSize, int largestKernel, int channels, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Setting> settings = new ArrayList<>();
            while (settings.size() < count) {
                ConvolutionAxis rows = axis(random, largestSize, largestKernel);
                ConvolutionAxis columns = axis(random, largestSize, largestKernel);
                int in = random.nextInt(1, channels + 1);
                int out = random.nextInt(1, channels + 1);
                double[] kernel = new double[rows.kernel() * columns.kernel() * in * out];
                // noise has its largest frequency anywhere, zeros and ones at 0, where borders take most
                boolean noise = random.nextBoolean();
                for (int i = 0; i < kernel.length; i++) {
                    kernel[i] = noise ? random.nextGaussian() : random.nextInt(2);
                }
                settings.add(new Setting(rows, columns, in, out, kernel));
            }
            return settings;
        }

        private static ConvolutionAxis axis(SplittableRandom random, int largestSize, int largestKernel) {
            while (true) {
                int kernel = random.nextInt(1, largestKernel + 1);
                int dilation = random.nextInt(1, 4);
                int size = random.nextInt(1, largestSize + 1);
                int same = dilation * (kernel - 1) / 2;
                int style = random.nextInt(4);
                int before = style == 0 ? 0 : style == 1 ? same : random.nextInt(0, 2 * same + 3);
                int after = style == 0 ? 0 : style == 1 ? same : random.nextInt(0, 2 * same + 3);
                int stride = random.nextInt(1, 4);
                if (size + before + after > dilation * (kernel - 1)) {
                    return ConvolutionBoundTest.axis(
                            random.nextBoolean(), kernel, stride, dilation, before, after, size);
                }
            }
        }

        INDArray array() {
            return Tensors.of(DataType.DOUBLE, kernel, rows.kernel(), columns.kernel(), in, out);
        }

        ScaledKernel scaled() {
            return new ScaledKernel(kernel, rows.kernel(), columns.kernel(), in, out);
        }

        ExplicitConvolution explicit() {
            return new ExplicitConvolution(kernel, in, out, rows, columns);
        }

        @Override
        public String toString() {
            return rows + " x " + columns + ", " + in + " -> " + out;
        }
    }
}
