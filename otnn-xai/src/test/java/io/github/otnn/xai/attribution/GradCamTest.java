package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GradCamTest {
    private static final Resize NONE = Resize.NONE;
    /** Half the squared norm: its gradient is the activation itself. */
    private static final SampleFunction ITSELF = x -> {
        double norm = SampleFunction.norm(x);
        return new SampleFunction.Step(
                new double[] {norm * norm / 2},
                c -> Arrays.stream(x).map(v -> v * c[0]).toArray());
    };

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"DOUBLE", "FLOAT"})
    void matchesGoldenValues(DataType type) {
        SplitFunction split = ReferenceNetwork.split(GoldenCase.MODEL);
        GoldenCase whole = GoldenCase.of("network", type);
        GoldenCase golden = new GoldenCase(whole.maps(), split, whole.inputs(), whole.score(), whole.tolerance());
        Golden expected = golden.maps().get("gradcam");
        golden.check(new GradCam(ActivationSign.SIGNED, NONE, 2), expected.get("map_without_relu"));
        golden.check(new GradCam(ActivationSign.POSITIVE, NONE, 2), expected.get("map_with_relu"));
    }

    @Test
    void weighsChannelsByTheirMeanGradient() {
        // channels of A = G: [1 1; 1 1], [1 1; 0 0], [1 .5; 0 0], [.5 0; 0 0]; weights 1, .5, .375, .125
        double[] a = {1, 1, 1, .5, 1, 1, .5, 0, 1, 0, 0, 0, 1, 0, 0, 0};
        double[] expected = {1 + .5 + .375 + .0625, 1 + .5 + .1875, 1, 1};
        assertThat(map(new GradCam(ActivationSign.POSITIVE, NONE, 1), a)).containsExactly(expected);
    }

    @Test
    void plusPlusWeighsSmallRegionsUp() {
        // channels of A = G: [1 1; 1 1], [1 1; 0 0], 0, [.5 0; 0 0]; weights 1/3, .2, 0, 2/33
        double[] a = {1, 1, 0, .5, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
        double third = 1 / 3.0;
        double[] expected = {third + .2 + 1 / 33.0, third + .2, third, third};
        assertClose(map(plusPlus(GradCamPlusPlus.ActivationTotal.MEAN), a), expected, 1e-15);
        // with sums: alpha 1/6, 1/4, -, 1/(2 + .25)
        double[] published = {1 / 6.0 + .125 + .25 / 4.5 / 2, 1 / 6.0 + .125, 1 / 6.0, 1 / 6.0};
        assertClose(map(plusPlus(GradCamPlusPlus.ActivationTotal.SUM), a), published, 1e-15);
    }

    @Test
    void plusPlusSurvivesADenominatorOfZero() {
        // one place, A = -2, gradient 1: 2 - 2 = 0
        SampleFunction sum = SampleFunction.affine(new double[] {1}, 0);
        INDArray image = Tensors.of(DataType.DOUBLE, new double[] {-2}, 1, 1, 1, 1);
        INDArray map = new GradCamPlusPlus(ActivationSign.SIGNED, GradCamPlusPlus.ActivationTotal.SUM, NONE, 1)
                .explain(new SplitFunction(identity(), sum), image, Score.binary());
        assertThat(Tensors.toDoubles(map)[0]).isCloseTo(-2e4, within(1e-8));
    }

    private static GradCamPlusPlus plusPlus(GradCamPlusPlus.ActivationTotal total) {
        return new GradCamPlusPlus(ActivationSign.POSITIVE, total, NONE, 1);
    }

    private static double[] map(Attribution method, double[] activation) {
        INDArray image = Tensors.of(DataType.DOUBLE, activation, 1, 2, 2, 4);
        return Tensors.toDoubles(method.explain(new SplitFunction(identity(), ITSELF), image, Score.binary()));
    }

    private static Differentiable identity() {
        return input -> new Pass() {
            @Override
            public INDArray output() {
                return input.dup('c');
            }

            @Override
            public INDArray inputGradient(INDArray cotangent) {
                return cotangent.dup('c');
            }
        };
    }

    @Test
    void bilinearResizeGoesThroughHalfPixelCentres() {
        double[] resized = Resize.BILINEAR.apply(new double[] {0, 4}, 1, 2, 1, 4);
        assertClose(resized, new double[] {0, 1, 3, 4}, 1e-15);
        double[] smaller = Resize.BILINEAR.apply(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 4, 1, 2);
        assertClose(smaller, new double[] {2.5, 4.5}, 1e-15);
    }

    @Test
    void bicubicResizeUsesKeysKernel() {
        // places 1.75 and 2.25: the 1 is at distances 1.25 and .75
        double[] one = Resize.BICUBIC.apply(new double[] {0, 0, 0, 1, 0, 0, 0, 0}, 1, 8, 1, 16);
        assertThat(one[4]).isCloseTo(-0.0703125, within(1e-15));
        assertThat(one[5]).isCloseTo(0.2265625, within(1e-15));
        // at the border three neighbours share the weight of four
        double[] border = Resize.BICUBIC.apply(new double[] {0, 0, 1, 0}, 1, 4, 1, 8);
        assertThat(border[2]).isCloseTo(-0.0703125 / 1.0234375, within(1e-15));
        // a kernel with a = -0.5 keeps straight lines away from the border
        double[] line = Resize.BICUBIC.apply(new double[] {0, 1, 2, 3, 4, 5}, 1, 6, 1, 12);
        for (int p = 3; p < 9; p++) {
            assertThat(line[p]).isCloseTo((p + 0.5) / 2 - 0.5, within(1e-14));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Resize.class,
            names = {"BILINEAR", "BICUBIC"})
    void resizeKeepsConstantsAndEqualSizes(Resize resize) {
        double[] constant = resize.apply(new double[] {3, 3, 3, 3, 3, 3}, 2, 3, 7, 5);
        assertThat(constant).hasSize(35);
        for (double value : constant) {
            assertThat(value).isCloseTo(3, within(1e-14));
        }
        double[] map = {1, -2, 5, 0.5};
        assertClose(resize.apply(map, 2, 2, 2, 2), map, 1e-15);
    }

    @Test
    void bicubicMapsAreNeverNegativeUnlessSignsAreKept() {
        // a small square of 4 x 4 with one bright place, seen through an image of 8 x 8
        double[] small = new double[16];
        small[5] = 1;
        Differentiable features = input -> constant(Tensors.of(DataType.DOUBLE, small, 1, 4, 4, 1));
        SplitFunction split = new SplitFunction(features, ITSELF);
        INDArray image = Tensors.zeros(DataType.DOUBLE, 1, 8, 8, 1);
        INDArray positive = GradCam.withDefaults(4).explain(split, image, Score.binary());
        INDArray signed = new GradCam(ActivationSign.SIGNED, Resize.BICUBIC, 4).explain(split, image, Score.binary());
        assertThat(positive.shape()).containsExactly(1, 8, 8);
        assertThat(Arrays.stream(Tensors.toDoubles(positive)).min().orElseThrow())
                .isZero();
        assertThat(Arrays.stream(Tensors.toDoubles(signed)).min().orElseThrow()).isNegative();
        assertThat(Arrays.stream(Tensors.toDoubles(positive)).max())
                .isEqualTo(Arrays.stream(Tensors.toDoubles(signed)).max());
    }

    private static Pass constant(INDArray output) {
        return new Pass() {
            @Override
            public INDArray output() {
                return output;
            }

            @Override
            public INDArray inputGradient(INDArray cotangent) {
                throw new AssertionError("the features' gradient is not needed");
            }
        };
    }

    @Test
    void splitFunctionIsTheWholeFunction() {
        SplitFunction split = ReferenceNetwork.split(GoldenCase.MODEL);
        GoldenCase golden = GoldenCase.of("network", DataType.DOUBLE);
        assertClose(split.predict(golden.inputs()), GoldenCase.MODEL.get("logits"), 1e-10);
        TargetedGradient gradient = new TargetedGradient(ChannelReduction.NONE, 2);
        assertClose(
                gradient.explain(split, golden.inputs(), golden.score()),
                golden.maps().get("gradient"),
                1e-10);
    }

    @Test
    void splitFunctionClosesBothPassesAndTheFirstIfTheSecondFails() {
        AtomicInteger open = new AtomicInteger();
        Differentiable counting = input -> {
            open.incrementAndGet();
            return new Pass() {
                @Override
                public INDArray output() {
                    return input;
                }

                @Override
                public INDArray inputGradient(INDArray cotangent) {
                    return cotangent;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        };
        INDArray input = Tensors.zeros(DataType.DOUBLE, 1, 2);
        Pass pass = new SplitFunction(counting, counting).evaluate(input);
        assertThat(open).hasValue(2);
        pass.close();
        assertThat(open).hasValue(0);
        Differentiable failing = x -> {
            throw new IllegalArgumentException("no");
        };
        assertThatThrownBy(() -> new SplitFunction(counting, failing).evaluate(input))
                .hasMessage("no");
        assertThat(open).hasValue(0);
    }

    @Test
    void rejectsFunctionsWithoutImagesInBetween() {
        INDArray image = Tensors.zeros(DataType.DOUBLE, 1, 2, 2, 1);
        GradCam method = GradCam.withDefaults(1);
        assertThatThrownBy(() -> method.explain(ReferenceNetwork.of(GoldenCase.MODEL), image, Score.binary()))
                .hasMessageStartingWith("GradCam: expected a SplitFunction, got ")
                .hasMessageEndingWith("; cut a network with network.splitAfter(layer)");
        SplitFunction flat = new SplitFunction(ITSELF, ITSELF);
        assertThatThrownBy(() -> method.explain(flat, image, Score.binary()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "GradCam: expected features [batch, height, width, channels], got [1, 1]; split the function "
                                + "after a convolution");
        assertThatThrownBy(() -> method.explain(flat, Tensors.zeros(DataType.DOUBLE, 1, 2), Score.binary()))
                .hasMessage("GradCam: expected images [samples, height, width, channels], got [1, 2]");
    }
}
