package io.github.otnn.xai.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StructuralSimilarityTest {
    private final double[] a = new SplittableRandom(1).doubles(13 * 12).toArray();
    private final double[] b = new SplittableRandom(2).doubles(13 * 12).toArray();

    @Test
    void agreesWithTheFormulaSummedWindowByWindow() {
        double range = Math.max(max(a), max(b)) + Math.max(max(negative(a)), max(negative(b)));
        double sum = 0;
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 2; column++) {
                sum += naive(row, column, range);
            }
        }
        assertThat(StructuralSimilarity.between(a, b, 13, 12)).isCloseTo(sum / 6, within(1e-12));
    }

    private double naive(int row, int column, double range) {
        double weights = 0;
        double[] moments = new double[5];
        for (int r = 0; r < 11; r++) {
            for (int c = 0; c < 11; c++) {
                double w = Math.exp(-((r - 5) * (r - 5) + (c - 5) * (c - 5)) / 4.5);
                double u = a[(row + r) * 12 + column + c];
                double v = b[(row + r) * 12 + column + c];
                double[] terms = {u, v, u * u, v * v, u * v};
                for (int m = 0; m < 5; m++) {
                    moments[m] += w * terms[m];
                }
                weights += w;
            }
        }
        double total = weights;
        Arrays.setAll(moments, m -> moments[m] / total);
        double mu = moments[0];
        double nu = moments[1];
        double c1 = 1e-4 * range * range;
        double c2 = 9e-4 * range * range;
        return (2 * mu * nu + c1)
                * (2 * (moments[4] - mu * nu) + c2)
                / ((mu * mu + nu * nu + c1) * (moments[2] - mu * mu + moments[3] - nu * nu + c2));
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double[] negative(double[] values) {
        return Arrays.stream(values).map(v -> -v).toArray();
    }

    @Test
    void equalImagesHaveOneAndTheOrderOfImagesDoesNotMatter() {
        assertThat(StructuralSimilarity.between(a, a.clone(), 13, 12)).isCloseTo(1, within(1e-12));
        assertThat(StructuralSimilarity.between(b, a, 13, 12)).isEqualTo(StructuralSimilarity.between(a, b, 13, 12));
    }

    @Test
    void scaleOfBothImagesTogetherDoesNotMatter() {
        double[] small = Arrays.stream(a).map(v -> v * 1e-9).toArray();
        double[] other = Arrays.stream(b).map(v -> v * 1e-9).toArray();
        assertThat(StructuralSimilarity.between(small, other, 13, 12))
                .isCloseTo(StructuralSimilarity.between(a, b, 13, 12), within(1e-10));
    }

    @Test
    void imagesWithoutAnyRangeHaveNoSimilarity() {
        assertThat(StructuralSimilarity.between(new double[121], new double[121], 11, 11))
                .isNaN();
    }

    @Test
    void rejectsImagesThatAreSmallerThanTheWindow() {
        assertThatThrownBy(() -> StructuralSimilarity.between(new double[110], new double[110], 10, 11))
                .hasMessage("SSIM: expected images of at least 11 x 11 pixels, got 10 x 11");
        assertThatThrownBy(() -> StructuralSimilarity.between(new double[121], new double[120], 11, 11))
                .hasMessage("SSIM: expected two images of 11 x 11 pixels, got 121 and 120 values");
    }
}
