package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GradientAttributionTest {
    private static final Golden MODEL = Golden.read(GradientAttributionTest.class, "network.json");
    private static final Golden MAPS = Golden.read(GradientAttributionTest.class, "attributions.json");
    private static final Map<String, ChannelReduction> SALIENCY_KEYS = Map.of(
            "max", ChannelReduction.MAX_ABS,
            "mean", ChannelReduction.MEAN_ABS,
            "l2", ChannelReduction.L2,
            "raw", ChannelReduction.NONE);

    private final Differentiable network = ReferenceNetwork.of(MODEL);
    private final INDArray images = MODEL.get("inputs").array(DataType.DOUBLE);
    private final Score targets = Score.logit(MAPS.get("network").get("targets").integers());
    private final Golden affine = MAPS.get("affine");
    private final Differentiable affineFunction = SampleFunction.affine(
            affine.get("weight").values(), affine.get("bias").number());
    private final INDArray affineInputs = affine.get("inputs").array(DataType.DOUBLE);

    @Test
    void saliencyMatchesGoldenValues() {
        SALIENCY_KEYS.forEach((key, reduction) -> {
            Saliency saliency = new Saliency(reduction, 2);
            assertClose(
                    saliency.explain(network, images, targets),
                    MAPS.get("network").get("saliency").get(key),
                    Tolerances.F64_GOLDEN);
            assertClose(
                    saliency.explain(affineFunction, affineInputs, Score.binary()),
                    affine.get("saliency").get(key),
                    Tolerances.F64_GOLDEN);
        });
    }

    @Test
    void targetedGradientMatchesGoldenValues() {
        TargetedGradient kept = new TargetedGradient(ChannelReduction.NONE, 2);
        Golden expected = MAPS.get("network").get("gradient");
        assertClose(kept.explain(network, images, targets), expected, Tolerances.F64_GOLDEN);
        assertClose(
                kept.explain(affineFunction, affineInputs, Score.logit(0)),
                affine.get("gradient"),
                Tolerances.F64_GOLDEN);
        INDArray mean = new TargetedGradient(ChannelReduction.MEAN, 2).explain(network, images, targets);
        INDArray sum = new TargetedGradient(ChannelReduction.SUM, 2).explain(network, images, targets);
        double[] gradient = expected.values();
        double firstPixel = gradient[0] + gradient[1] + gradient[2];
        assertThat(Math.abs(Tensors.toDoubles(sum)[0] - firstPixel)).isLessThan(1e-12);
        assertThat(Math.abs(Tensors.toDoubles(mean)[0] - firstPixel / 3)).isLessThan(1e-12);
        assertThat(firstPixel).isNegative();
        assertThat(mean.shape()).containsExactly(5, 8, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 1000})
    void batchSizeChangesNothing(int batchSize) {
        assertSameBits(
                new Saliency(ChannelReduction.L2, batchSize).explain(network, images, targets),
                new Saliency(ChannelReduction.L2, 2).explain(network, images, targets));
    }

    @Test
    void mapsOfOneChannelInSinglePrecisionAreRoundedOnce() {
        INDArray images = FiniteDifferences.gaussian(DataType.FLOAT, 4, 5, 2, 3, 1);
        SampleFunction function = SampleFunction.distanceToSphere(1);
        double[] x = Tensors.toDoubles(images);
        double[] gradient;
        try (Pass pass = function.evaluate(images)) {
            gradient = Tensors.toDoubles(pass.inputGradient(Tensors.of(new float[] {1, 1, 1, 1, 1}, 5, 1)));
        }
        float[] saliency = maps(new Saliency(ChannelReduction.MAX_ABS, 2), function, images);
        float[] signed = maps(new TargetedGradient(ChannelReduction.MEAN, 2), function, images);
        float[] product = maps(new GradientInput(ChannelReduction.SUM, 2), function, images);
        for (int p = 0; p < x.length; p++) {
            assertThat(saliency[p]).isEqualTo((float) Math.abs(gradient[p]));
            assertThat(signed[p]).isEqualTo((float) gradient[p]);
            assertThat(product[p]).isEqualTo((float) (gradient[p] * x[p]));
        }
    }

    private static float[] maps(Attribution method, SampleFunction function, INDArray images) {
        INDArray maps = method.explain(function, images, Score.binary());
        assertThat(maps.shape()).containsExactly(5, 2, 3);
        return Tensors.toFloats(maps);
    }

    @Test
    void equalsWeightsOnAffineFunctionOfATable() {
        double[] weight = {0.6, -0.8, 0};
        Differentiable function = SampleFunction.affine(weight, 3);
        INDArray rows = FiniteDifferences.gaussian(DataType.FLOAT, 1, 4, 3);
        for (ChannelReduction reduction : ChannelReduction.values()) {
            INDArray map = new Saliency(reduction, 3).explain(function, rows, Score.binary());
            assertThat(map.shape()).containsExactly(4, 3);
            assertThat(map.dataType()).isEqualTo(DataType.FLOAT);
            assertThat(Tensors.toFloats(map)).startsWith(0.6f, 0.8f, 0, 0.6f, 0.8f, 0);
        }
        INDArray signed = new TargetedGradient(ChannelReduction.MEAN, 3).explain(function, rows, Score.binary());
        assertThat(Tensors.toFloats(signed)).startsWith(0.6f, -0.8f, 0);
    }

    @ParameterizedTest
    @EnumSource(ChannelReduction.class)
    void reducesChannelsByHandComputedValues(ChannelReduction reduction) {
        INDArray maps = Tensors.of(DataType.DOUBLE, new double[] {3, -4, 0, 0, -1, -1}, 1, 3, 1, 2);
        double[] expected = switch (reduction) {
            case MAX_ABS -> new double[] {4, 0, 1};
            case MEAN_ABS -> new double[] {3.5, 0, 1};
            case SUM -> new double[] {-1, 0, -2};
            case MEAN -> new double[] {-0.5, 0, -1};
            case L2 -> new double[] {5, 0, Math.sqrt(2)};
            case NONE -> new double[] {3, -4, 0, 0, -1, -1};
        };
        assertClose(Tensors.toDoubles(reduction.reduce(maps)), expected, 1e-15);
        assertThat(reduction.reduce(maps).rank()).isEqualTo(reduction == ChannelReduction.NONE ? 4 : 3);
    }

    @Test
    void memoryLayoutOfTheInputChangesNothingAndIsLeftAlone() {
        INDArray fortran = images.dup('f');
        INDArray view = Tensors.rows(stackedTwice(images), 5, 10);
        Saliency saliency = new Saliency(ChannelReduction.MAX_ABS, 2);
        INDArray expected = saliency.explain(network, images, targets);
        assertSameBits(saliency.explain(network, fortran, targets), expected);
        assertSameBits(saliency.explain(network, view, targets), expected);
        assertSameBits(fortran, MODEL.get("inputs").array(DataType.DOUBLE));
        assertSameBits(images, MODEL.get("inputs").array(DataType.DOUBLE));
    }

    @Test
    void rejectsReductionsThatLoseTheSign() {
        assertThatThrownBy(() -> new TargetedGradient(ChannelReduction.MAX_ABS, 8))
                .hasMessage(
                        "TargetedGradient: expected a reduction that keeps the sign (MEAN, SUM, NONE), got MAX_ABS; "
                                + "for sizes use Saliency");
        assertThatThrownBy(() -> new Saliency(ChannelReduction.MAX_ABS, 0))
                .hasMessage("Saliency: batchSize must be >= 1, got 0");
    }

    @Test
    void describesReductions() {
        assertThat(new Saliency(ChannelReduction.MAX_ABS, 8).describe()).isEqualTo("Saliency, channels MAX_ABS");
        assertThat(new TargetedGradient(ChannelReduction.MEAN, 8).describe())
                .isEqualTo("signed gradient, channels MEAN");
    }

    private static INDArray stackedTwice(INDArray batch) {
        long[] shape = batch.shape();
        shape = shape.clone();
        long samples = shape[0];
        shape[0] = 2 * samples;
        INDArray stacked = Tensors.zeros(batch.dataType(), shape);
        Tensors.rows(stacked, samples, 2 * samples).assign(batch);
        return stacked;
    }
}
