package io.github.otnn.core.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EigenvalueCeilingTest {
    @ParameterizedTest
    @CsvSource({"1,1,false", "2,2,true", "7,3,false", "33,9,true", "40,40,false", "61,17,true", "50,50,true"})
    void ceilingIsTheLargestEigenvalueOfABand(int side, int width, boolean complex) {
        HermitianMatrix band = band(side, width, complex, 3);
        double largest = byPowerIteration(band);
        EigenvalueCeiling ceiling = new EigenvalueCeiling(band, Double.POSITIVE_INFINITY);
        assertThat(ceiling.liftOver(band)).isTrue();
        assertThat(ceiling.bound(0)).isBetween(largest, largest * (1 + 1e-6));
        assertThat(LanczosEstimate.largestEigenvalue(band)).isBetween(largest * (1 - 1e-6), largest * (1 + 1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1,1,false", "7,3,false", "33,9,true", "61,17,true", "50,50,true"})
    void factorisationSucceedsExactlyAboveTheLargestEigenvalue(int side, int width, boolean complex) {
        HermitianMatrix band = band(side, width, complex, 4);
        double largest = byPowerIteration(band);
        HermitianMatrix factor = band.sameForm();
        assertThat(band.staysBelow(largest * (1 + 1e-5), factor)).isTrue();
        assertThat(band.staysBelow(largest * (1 - 1e-5), factor)).isFalse();
    }

    @Test
    void ceilingStaysWhereItIsForSmallerMatricesAndStopsAtTheLimit() {
        HermitianMatrix small = band(12, 12, true, 5);
        HermitianMatrix large = small.sameForm();
        large.add(3, small);
        EigenvalueCeiling ceiling = new EigenvalueCeiling(small, Double.POSITIVE_INFINITY);
        ceiling.liftOver(large);
        double bound = ceiling.bound(0);
        ceiling.liftOver(small);
        assertThat(ceiling.bound(0)).isEqualTo(bound);
        assertThat(ceiling.bound(0.5)).isEqualTo(bound + 0.5);
        EigenvalueCeiling limited = new EigenvalueCeiling(small, bound / 2);
        assertThat(limited.liftOver(small)).isTrue();
        assertThat(limited.liftOver(large)).isFalse();
    }

    @Test
    void matricesOfZerosHaveCeilingZero() {
        HermitianMatrix zeros = HermitianMatrix.full(5, true);
        EigenvalueCeiling ceiling = new EigenvalueCeiling(zeros, 1);
        assertThat(ceiling.liftOver(zeros)).isTrue();
        assertThat(ceiling.bound(0)).isZero();
    }

    /** B* B of a random banded B, so that it is positive semi-definite. */
    private static HermitianMatrix band(int side, int width, boolean complex, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] re = new double[side][side];
        double[][] im = new double[side][side];
        for (int i = 0; i < side; i++) {
            for (int j = Math.max(0, i - width / 2); j < Math.min(side, i + width / 2 + 1); j++) {
                re[i][j] = random.nextGaussian();
                im[i][j] = complex ? random.nextGaussian() : 0;
            }
        }
        int[] end = new int[side];
        Arrays.setAll(end, i -> Math.min(side, i + 2 * (width / 2) + 1));
        HermitianMatrix gram = new HermitianMatrix(end, complex);
        for (int i = 0; i < side; i++) {
            for (int j = i; j < end[i]; j++) {
                for (int k = 0; k < side; k++) {
                    gram.real(i)[j - i] += re[k][i] * re[k][j] + im[k][i] * im[k][j];
                    if (complex) {
                        gram.imaginary(i)[j - i] += re[k][i] * im[k][j] - im[k][i] * re[k][j];
                    }
                }
            }
        }
        return gram;
    }

    /** Rayleigh quotient after many products written out here, not by the matrix. */
    private static double byPowerIteration(HermitianMatrix matrix) {
        int side = matrix.side();
        double[] re = new SplittableRandom(1).doubles(side, -1, 1).toArray();
        double[] im = new double[side];
        double norm = 0;
        for (int step = 0; step < 20_000; step++) {
            double[] nextRe = new double[side];
            double[] nextIm = new double[side];
            for (int i = 0; i < side; i++) {
                for (int j = i; j < i + matrix.real(i).length; j++) {
                    double a = matrix.real(i)[j - i];
                    double b = matrix.isComplex() ? matrix.imaginary(i)[j - i] : 0;
                    nextRe[i] += a * re[j] - b * im[j];
                    nextIm[i] += a * im[j] + b * re[j];
                    if (j > i) {
                        nextRe[j] += a * re[i] + b * im[i];
                        nextIm[j] += a * im[i] - b * re[i];
                    }
                }
            }
            double before = norm;
            double sum = 0;
            for (int i = 0; i < side; i++) {
                sum += nextRe[i] * nextRe[i] + nextIm[i] * nextIm[i];
            }
            norm = Math.sqrt(sum);
            for (int i = 0; i < side; i++) {
                re[i] = nextRe[i] / norm;
                im[i] = nextIm[i] / norm;
            }
            if (step > 100 && Math.abs(norm - before) < 1e-15 * norm) {
                break;
            }
        }
        return norm;
    }
}
