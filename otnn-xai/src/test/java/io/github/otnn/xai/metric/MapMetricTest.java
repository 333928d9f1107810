package io.github.otnn.xai.metric;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Complexity of maps, and where they point. */
class MapMetricTest {
    private static INDArray maps(double[] values, long... shape) {
        return Tensors.of(DataType.DOUBLE, values, shape);
    }

    private static double[] with(int length, int... ones) {
        double[] values = new double[length];
        for (int one : ones) {
            values[one] = 1;
        }
        return values;
    }

    @Test
    void entropyAndGiniMatchGoldenValues() {
        assertThat(GoldenMetrics.ALL.get("complexity").elements().toList())
                .hasSize(4)
                .allSatisfy(golden -> {
                    double[] values = golden.get("map").values();
                    INDArray map = maps(values, 1, values.length);
                    assertThat(new EntropyComplexity(0).evaluate(map).mean())
                            .isCloseTo(golden.get("entropy").number(), within(1e-12));
                    assertThat(EntropyComplexity.withDefaults().evaluate(map).mean())
                            .isCloseTo(golden.get("entropy_eps1e-8").number(), within(1e-12));
                    assertThat(new GiniSparseness().evaluate(map).mean())
                            .isCloseTo(golden.get("gini").number(), within(1e-12));
                    INDArray floats = map.castTo(DataType.FLOAT);
                    assertThat(new GiniSparseness().evaluate(floats).mean())
                            .isCloseTo(golden.get("gini").number(), within(1e-5));
                });
        double[] weight = GoldenMetrics.FIXTURE.get("weight").values();
        INDArray map = maps(weight, 1, 4, 4);
        assertThat(new EntropyComplexity(0).evaluate(map).mean()).isCloseTo(2.6071263917, within(1e-10));
        assertThat(EntropyComplexity.withDefaults().evaluate(map).mean())
                .isCloseTo(GoldenMetrics.FIXTURE.get("entropy_eps1e-8_abs_w").number(), within(1e-12));
        assertThat(new GiniSparseness().evaluate(map).mean()).isCloseTo(0.3125, within(1e-12));
    }

    @Test
    void mapsOfZerosHaveNoComplexityAndEvenOnesAreMostComplex() {
        INDArray two = maps(new double[] {0, 0, 0, 0, 2, -2, 2, 2}, 2, 4);
        MetricResult entropy = new EntropyComplexity(0).evaluate(two);
        assertThat(entropy.values()).containsExactly(new double[] {Double.NaN, Math.log(4)}, within(1e-15));
        assertThat(entropy.counts()).isEqualTo(new SampleCounts(1, 0, 0, 0, 1));
        assertThat(new GiniSparseness().evaluate(two).values())
                .containsExactly(new double[] {Double.NaN, 0}, within(1e-15));
        assertThat(new GiniSparseness().evaluate(maps(with(10, 3), 1, 10)).mean())
                .isCloseTo(0.9, within(1e-15));
    }

    @Test
    void jpegSizesAreThoseOfTheJdkAndGrowWithComplexity() {
        double[] noise = new SplittableRandom(1).doubles(784).toArray();
        double[] bump = new double[784];
        Arrays.setAll(bump, p -> Math.exp(-(Math.pow(p / 28 - 13.5, 2) + Math.pow(p % 28 - 13.5, 2)) / 50));
        double[] all = Arrays.copyOf(bump, 3 * 784);
        System.arraycopy(noise, 0, all, 784, 784);
        Arrays.fill(all, 2 * 784, 3 * 784, 0.3);
        JpegComplexity.Sizes sizes = JpegComplexity.withDefaults().sizes(maps(all, 3, 28, 28));
        double[] file = sizes.file().values();
        assertThat(file[2]).isEqualTo(0.344);
        assertThat(file[0]).isBetween(0.4, 0.5);
        assertThat(file[1]).isBetween(0.8, 0.95);
        assertThat(sizes.file().counts()).isEqualTo(new SampleCounts(0, 0, 0, 0, 1));
        double[] data = sizes.data().values();
        double header = file[2] - data[2];
        assertThat(header).isBetween(0.3, 0.344);
        assertThat(file[0] - data[0]).isCloseTo(header, within(1e-12));
        double[] ofNoise = sizes.ofShuffled().values();
        assertThat(ofNoise[1]).isBetween(0.95, 1.05);
        assertThat(ofNoise[0]).isLessThan(0.4);
        assertThat(JpegComplexity.withDefaults()
                        .evaluate(maps(new double[178 * 218], 1, 218, 178))
                        .mean())
                .isEqualTo(0.815);
    }

    @Test
    void signedPicturesKeepTheSignAndScalesDoNotMatter() {
        double[] wave = new double[784];
        Arrays.setAll(wave, p -> (p / 28 % 2 == 0 ? 1 : -1) * (1 + p % 28));
        INDArray map = maps(wave, 1, 28, 28);
        JpegComplexity signed = new JpegComplexity(JpegComplexity.Sign.SIGNED, 0.75, 0);
        JpegComplexity unsigned = new JpegComplexity(JpegComplexity.Sign.UNSIGNED, 0.75, 0);
        double withSign = signed.evaluate(map).mean();
        assertThat(withSign).isGreaterThan(unsigned.evaluate(map).mean() + 0.1);
        assertThat(signed.evaluate(map.mul(1e-9)).mean()).isEqualTo(withSign);
        assertThatThrownBy(() -> new JpegComplexity(JpegComplexity.Sign.SIGNED, 0, 0))
                .hasMessage("JpegComplexity: quality must be above 0 and at most 1, got 0.0");
    }

    @Test
    void nullBlockSharesMatchGoldenValues() {
        Golden block = GoldenMetrics.ALL.get("block_share");
        INDArray maps = block.get("maps").array(DataType.DOUBLE);
        INDArray nullBlocks = block.get("null_block").array(DataType.DOUBLE);
        double[] percents = block.get("k_percent").values();
        double[] expected = block.get("share_in_null_block").values();
        double[] means = block.get("mean_share").values();
        for (int k = 0; k < percents.length; k++) {
            MetricResult result =
                    Localisation.nullBlockShare(percents[k] / 100, nullBlocks).evaluate(maps);
            for (int i = 0; i < 3; i++) {
                assertThat(result.values()[i]).isCloseTo(expected[i * percents.length + k], within(1e-12));
            }
            assertThat(result.mean()).isCloseTo(means[k], within(1e-12));
            assertThat(result.direction()).isEqualTo(Direction.LOWER);
        }
    }

    @Test
    void closedFormsOfLocalisation() {
        INDArray map = maps(new double[] {0, -4, 1, 2, 3, 0}, 1, 2, 3);
        INDArray region = maps(with(6, 1, 2, 5), 1, 2, 3);
        assertThat(Localisation.pointingGame(region).evaluate(map).mean()).isEqualTo(1);
        assertThat(Localisation.relevanceMass(region).evaluate(map).mean()).isEqualTo(0.5);
        // the first three are -4, 3, 2
        assertThat(Localisation.relevanceRank(region).evaluate(map).mean()).isEqualTo(1 / 3.0);
        assertThat(Localisation.topShareInside(0.34, region).evaluate(map).mean())
                .isEqualTo(0.5);
        MetricResult ties = Localisation.pointingGame(region).evaluate(maps(new double[6], 1, 2, 3));
        assertThat(ties.mean()).isZero();
        assertThat(ties.counts()).isEqualTo(new SampleCounts(0, 0, 0, 1, 1));
        assertThat(Localisation.relevanceMass(region)
                        .evaluate(maps(new double[6], 1, 2, 3))
                        .counts())
                .isEqualTo(new SampleCounts(1, 0, 0, 0, 1));
    }

    @Test
    void localisationRejectsRegionsThatAreNone() {
        INDArray empty = maps(with(4, 0), 2, 2);
        assertThatThrownBy(() -> Localisation.relevanceMass(empty)).hasMessage("regions: sample 1 has no pixel inside");
        INDArray grey = maps(new double[] {1, 0.5}, 1, 2);
        assertThatThrownBy(() -> Localisation.pointingGame(grey))
                .hasMessage("regions: expected 1 (inside) and 0 (outside), got 0.5 at [0, 1]");
        INDArray region = maps(with(4, 0, 2), 2, 2);
        for (double share : new double[] {0, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Localisation.nullBlockShare(share, region))
                    .hasMessage("Localisation: k must be a share above 0 and at most 1, got " + share);
        }
        Localisation fine = Localisation.pointingGame(region);
        assertThatThrownBy(() -> fine.evaluate(maps(new double[6], 2, 3)))
                .hasMessage("maps: expected [2, 2] as the regions, got [2, 3]");
    }

    @Test
    void humanAlignmentOfEqualOppositeAndConstantMaps() {
        double[] a = new SplittableRandom(4).doubles(400).toArray();
        double[] three = Arrays.copyOf(a, 1200);
        for (int p = 0; p < 400; p++) {
            three[400 + p] = -a[p];
        }
        double[] human = Arrays.copyOf(a, 1200);
        System.arraycopy(a, 0, human, 400, 400);
        System.arraycopy(a, 0, human, 800, 400);
        HumanAlignment.Agreement agreement =
                HumanAlignment.clickMe().evaluate(maps(three, 3, 20, 20), maps(human, 3, 20, 20));
        assertThat(agreement.alignment().values())
                .containsExactly(new double[] {1 / .65753, -1 / .65753, 0}, within(1e-12));
        assertThat(agreement.alignment().counts()).isEqualTo(new SampleCounts(0, 0, 1, 0, 1));
        // the highest tenth of a is the lowest of -a; nothing of a constant map is above its quantile
        assertThat(agreement.dice().values()).containsExactly(1, 0, 0);
        assertThat(agreement.intersectionOverUnion().values()).containsExactly(1, 0, 0);
    }

    @Test
    void overlapOfTopTenthsIsCounted() {
        // 20 pixels: quantile at place 17.1, so the two largest are above
        double[] a = new double[20];
        double[] b = new double[20];
        Arrays.setAll(a, p -> p);
        Arrays.setAll(b, p -> p == 18 ? 0 : p);
        HumanAlignment.Agreement agreement = new HumanAlignment(1).evaluate(maps(a, 1, 4, 5), maps(b, 1, 4, 5));
        assertThat(agreement.dice().mean()).isEqualTo(0.5);
        assertThat(agreement.intersectionOverUnion().mean()).isEqualTo(1 / 3.0);
        assertThatThrownBy(() -> new HumanAlignment(0))
                .hasMessage("HumanAlignment: ceiling must be above 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> new HumanAlignment(1).evaluate(maps(a, 1, 4, 5), maps(b, 1, 5, 4)))
                .hasMessage("human maps: expected [1, 4, 5], got [1, 5, 4]");
    }

    @Test
    void ratesOfLabelsAreCountedByLabel() {
        INDArray logits = maps(new double[] {1, -1, 2, 0.5, -3, 1, 0, 4}, 4, 2);
        INDArray labels = maps(new double[] {1, -1, 1, -1, 1, 0, -1, -1}, 4, 2);
        LabelRates rates = LabelRates.of(logits, labels);
        assertThat(rates.sensitivity()).containsExactly(2 / 3.0, Double.NaN);
        assertThat(rates.specificity()).containsExactly(1, 0.25);
        assertThat(rates.positives()).containsExactly(3, 0);
        assertThat(rates.meanSensitivity()).isEqualTo(2 / 3.0);
        assertThat(rates.describe()).isEqualTo("sensitivity 0.6667, specificity 0.6250, means over 2 labels, n 4");
        assertThatThrownBy(() -> LabelRates.of(logits, labels.mul(2)))
                .hasMessage("label rates: expected labels 1 and -1 (or 0), got 2.0 at [0, 0]");
    }

    @Test
    void mapsOfTheWrongShapeOrWithoutValuesAreRefused() {
        EntropyComplexity metric = EntropyComplexity.withDefaults();
        assertThatThrownBy(() -> metric.evaluate(maps(new double[16], 1, 2, 4, 2)))
                .hasMessage("maps: expected [samples, height, width] or [samples, features], got [1, 2, 4, 2];"
                        + " reduce channels first, with ChannelReduction.reduce");
        assertThatThrownBy(() -> metric.evaluate(maps(new double[] {1, Double.NaN}, 1, 2)))
                .hasMessage("maps: expected finite values, got NaN at [0, 1]");
        assertThatThrownBy(() -> metric.evaluate(
                        SampleFunction.affine(new double[4], 0),
                        maps(new double[4], 1, 4),
                        maps(new double[5], 1, 5),
                        Score.binary()))
                .hasMessage("maps: expected [1, 4] for inputs [1, 4], got [1, 5]");
        assertClose(
                metric.evaluate(
                                SampleFunction.affine(new double[4], 0),
                                maps(new double[4], 1, 4),
                                maps(with(4, 1, 2), 1, 4),
                                Score.binary())
                        .values(),
                metric.evaluate(maps(with(4, 1, 2), 1, 4)).values(),
                0);
    }
}
