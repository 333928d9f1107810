package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnDigitsTest {
    private static final int PIXELS = DrawnDigits.SIZE * DrawnDigits.SIZE;

    @Test
    void drawsTheDigitsInTurn() {
        LabelledData data = DrawnDigits.sample(3, 1, 1);
        assertThat(data.features().shape()).containsExactly(30, 28, 28, 1);
        assertThat(data.labels().shape()).containsExactly(30, 1);
        assertThat(data.classIndices())
                .startsWith(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1)
                .endsWith(8, 9);
        assertThat(data.classNames()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void valuesAreGreyBetweenDarkAndFullInk() {
        float[] values = Tensors.toFloats(DrawnDigits.sample(20, 1, 2).features());
        int[] kinds = new int[3];
        for (float value : values) {
            assertThat(value).isBetween(0f, 1f);
            kinds[value == 0 ? 0 : value == 1 ? 2 : 1]++;
        }
        // mostly background, some ink, and soft edges between
        assertThat(kinds[0]).isGreaterThan(values.length * 6 / 10);
        assertThat(kinds[1]).isGreaterThan(values.length / 20);
        assertThat(kinds[2]).isGreaterThan(values.length / 30);
    }

    @Test
    void oneIsAnUprightStrokeOfThePensWidth() {
        float[] one = Tensors.toFloats(DrawnDigits.sample(1, 0, 1).subset(1).features());
        // the stem of the clean 1 is at x = 13.5 + 22 * 0.04 = 14.38; pen radius 1.2: ink to 1.7 pixels from there
        for (int y = 12; y < 22; y++) {
            float[] row = Arrays.copyOfRange(one, y * 28, (y + 1) * 28);
            float[] expected = new float[28];
            expected[13] = (float) (1.7 - 1.38);
            expected[14] = 1;
            expected[15] = 1;
            expected[16] = (float) (1.7 - 1.62);
            assertThat(row).containsExactly(expected, within(1e-6f));
        }
    }

    @Test
    void strokesMeetWhereACurveCloses() {
        float[] zero = Tensors.toFloats(DrawnDigits.sample(1, 0, 1).subset(0).features());
        // flood from a corner must not reach the middle of a 0
        assertThat(reaches(zero, 0, 14 * 28 + 14)).isFalse();
        float[] five = Tensors.toFloats(DrawnDigits.sample(1, 0, 1).subset(5).features());
        assertThat(reaches(five, 0, 17 * 28 + 12)).isTrue();
    }

    @Test
    void withoutVariationAllImagesOfADigitAreEqual() {
        LabelledData data = DrawnDigits.sample(2, 0, 3);
        assertSameBits(data.range(10, 20).features(), data.range(0, 10).features());
        LabelledData varied = DrawnDigits.sample(2, 1, 3);
        assertThat(Tensors.toFloats(varied.range(10, 20).features()))
                .isNotEqualTo(Tensors.toFloats(varied.range(0, 10).features()));
    }

    @Test
    void nearestClassMeanTellsTheDigitsApart() {
        float[] training = Tensors.toFloats(DrawnDigits.sample(100, 1, 4).features());
        double[][] means = new double[10][PIXELS];
        for (int i = 0; i < 1000; i++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                means[i % 10][pixel] += training[i * PIXELS + pixel] / 100.0;
            }
        }
        float[] test = Tensors.toFloats(DrawnDigits.sample(50, 1, 5).features());
        int[] correct = new int[10];
        for (int i = 0; i < 500; i++) {
            if (nearest(means, test, i * PIXELS) == i % 10) {
                correct[i % 10]++;
            }
        }
        assertThat(Arrays.stream(correct).sum()).isGreaterThan(400);
        // no digit is left out
        assertThat(Arrays.stream(correct).boxed())
                .allSatisfy(count -> assertThat(count).isGreaterThan(30));
    }

    @Test
    void fullVariationKeepsTheInkOnThePaper() {
        float[] values = Tensors.toFloats(DrawnDigits.sample(100, 1, 6).features());
        double ink = 0;
        double atBorder = 0;
        for (int i = 0; i < values.length; i++) {
            int x = i % 28;
            int y = i / 28 % 28;
            ink += values[i];
            atBorder += x == 0 || x == 27 || y == 0 || y == 27 ? values[i] : 0;
        }
        assertThat(atBorder).isLessThan(ink / 100);
    }

    @Test
    void sameSeedSameBitsAndLargerSamplesBeginWithSmallerOnes() {
        LabelledData data = DrawnDigits.sample(3, 1, 7);
        assertSameBits(DrawnDigits.sample(3, 1, 7).features(), data.features());
        // 400 images: more than one block
        assertSameBits(DrawnDigits.sample(40, 1, 7).range(0, 30).features(), data.features());
        assertThat(Tensors.toFloats(DrawnDigits.sample(3, 1, 8).features()))
                .isNotEqualTo(Tensors.toFloats(data.features()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void rejectsBadVariation(double variation) {
        assertThatThrownBy(() -> DrawnDigits.sample(1, variation, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variation: expected 0 to 1, got " + variation);
    }

    @Test
    void rejectsBadCounts() {
        assertThatThrownBy(() -> DrawnDigits.sample(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("countPerClass: expected 1 to 53687091, got 0");
        assertThatThrownBy(() -> DrawnDigits.sample(1_000_000, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("features: expected at most 536870911 values, got 10000000 samples");
    }

    private static int nearest(double[][] means, float[] images, int from) {
        int best = -1;
        double smallest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < means.length; k++) {
            double squares = 0;
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                double difference = images[from + pixel] - means[k][pixel];
                squares += difference * difference;
            }
            if (squares < smallest) {
                smallest = squares;
                best = k;
            }
        }
        return best;
    }

    /** Whether dark pixels connect two places, sideways and up or down. */
    private static boolean reaches(float[] image, int from, int to) {
        boolean[] wet = new boolean[PIXELS];
        wet[from] = true;
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int i = 0; i < PIXELS; i++) {
                boolean beside = i % 28 > 0 && wet[i - 1]
                        || i % 28 < 27 && wet[i + 1]
                        || i >= 28 && wet[i - 28]
                        || i < PIXELS - 28 && wet[i + 28];
                if (!wet[i] && beside && image[i] < 0.5) {
                    wet[i] = true;
                    grown = true;
                }
            }
        }
        return wet[to];
    }
}
