package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CellMethodsTest {
    private static final Baseline ZERO = Baseline.constant(0);
    private static final double[] WEIGHT = {0.6, -0.8, 0, 2, 1};
    private static final SampleFunction AFFINE = SampleFunction.affine(WEIGHT, 3);

    private final INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 4, 5);

    @Test
    void sobolFindsTheIndicesOfIshigamisFunction() {
        // u in [0, 1] by masking ones; f = sin a + 7 sin^2 b + 0.1 c^4 sin a with a, b, c uniform in [-pi, pi]
        Differentiable ishigami = valued(u -> {
            double a = Math.PI * (2 * u[0] - 1);
            double b = Math.PI * (2 * u[1] - 1);
            double c = Math.PI * (2 * u[2] - 1);
            return Math.sin(a) + 7 * Math.pow(Math.sin(b), 2) + 0.1 * Math.pow(c, 4) * Math.sin(a);
        });
        INDArray ones = Tensors.of(DataType.DOUBLE, new double[] {1, 1, 1}, 1, 3);
        INDArray map = new SobolIndices(8192, 1, ZERO, 1, 4096).explain(ishigami, ones, Score.binary());
        // V = 49/8 + 0.1 pi^4/5 + 0.01 pi^8/18 + 1/2; the errors of Jansen's estimator are near 1 / sqrt(8192)
        double[] expected = {0.5575, 0.4424, 0.2437};
        double[] found = Tensors.toDoubles(map);
        for (int i = 0; i < 3; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(0.02));
        }
    }

    @Test
    void sobolIndicesOfASumAreItsSharesOfTheVariance() {
        INDArray map = new SobolIndices(4096, 1, ZERO, 3, 4096)
                .explain(AFFINE, Tensors.of(DataType.DOUBLE, new double[] {1, 1, 1, 1, 1}, 1, 5), Score.binary());
        double total = Arrays.stream(WEIGHT).map(w -> w * w).sum();
        double[] found = Tensors.toDoubles(map);
        for (int i = 0; i < 5; i++) {
            assertThat(found[i]).isCloseTo(WEIGHT[i] * WEIGHT[i] / total, within(0.03));
        }
        assertThat(found[2]).isZero();
    }

    @Test
    void constantScoresDependOnNothing() {
        Differentiable constant = valued(x -> 7);
        assertThat(Tensors.toDoubles(new SobolIndices(8, 1, ZERO, 1, 16).explain(constant, rows, Score.binary())))
                .containsOnly(0);
        assertThat(Tensors.toDoubles(new Hsic(20, 1, ZERO, 1, 16).explain(constant, rows, Score.binary())))
                .containsOnly(0);
        assertThat(Tensors.toDoubles(new KernelShap(20, 1, ZERO, 1, 16).explain(constant, rows, Score.binary())))
                .containsOnly(0);
    }

    @Test
    void latinHypercubesHaveOnePointInEachPartOfEachAxis() {
        double[][] points = LatinHypercube.points(16, 3, 9);
        for (int d = 0; d < 3; d++) {
            int axis = d;
            assertThat(Arrays.stream(points).mapToInt(p -> (int) (p[axis] * 16)).sorted())
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        }
    }

    @Test
    void hsicIsTheTraceOfCentredKernels() {
        SplittableRandom random = new SplittableRandom(4);
        double[][] shown = new double[3][9];
        double[] scores = new double[9];
        for (int j = 0; j < 9; j++) {
            scores[j] = random.nextDouble();
            for (double[] cell : shown) {
                cell[j] = random.nextInt(2);
            }
        }
        double[] found = Hsic.dependence(shown, scores);
        double[] distances = new double[36];
        int filled = 0;
        for (int a = 0; a < 9; a++) {
            for (int b = 0; b < a; b++) {
                distances[filled++] = Math.abs(scores[a] - scores[b]);
            }
        }
        Arrays.sort(distances);
        double width = (distances[17] + distances[18]) / 2;
        for (int c = 0; c < 3; c++) {
            double[] z = shown[c];
            double trace = 0;
            for (int i = 0; i < 9 * 9 * 9 * 9; i++) {
                int a = i % 9;
                int b = i / 9 % 9;
                int d = i / 81 % 9;
                int e = i / 729;
                // tr(K H L H) = sum K_ab H_bd L_de H_ea
                double h = ((b == d ? 1 : 0) - 1 / 9.0) * ((e == a ? 1 : 0) - 1 / 9.0);
                double l = Math.exp(-Math.pow((scores[d] - scores[e]) / width, 2) / 2);
                trace += (0.5 - (z[a] - z[b]) * (z[a] - z[b])) * h * l;
            }
            assertThat(found[c]).isCloseTo(trace / 81, within(1e-14));
        }
    }

    @Test
    void hsicRanksFeaturesByTheirInfluence() {
        INDArray ones = Tensors.of(DataType.DOUBLE, new double[] {1, 1, 1, 1, 1}, 1, 5);
        double[] found = Tensors.toDoubles(new Hsic(1000, 1, ZERO, 2, 100).explain(AFFINE, ones, Score.binary()));
        assertThat(found[3]).isGreaterThan(found[4]);
        assertThat(found[4]).isGreaterThan(found[1]);
        assertThat(found[1]).isGreaterThan(found[0]);
        assertThat(found[0]).isGreaterThan(found[2]);
        assertThat(found[2]).isBetween(0.0, 0.002);
    }

    @Test
    void limeRecoversLinearFunctions() {
        for (double kernelWidth : new double[] {2, 45, Double.POSITIVE_INFINITY}) {
            INDArray map =
                    new Lime(40, 1, 0, kernelWidth, Baseline.constant(0.5), 3, 7).explain(AFFINE, rows, Score.binary());
            assertClose(Tensors.toDoubles(map), shares(0.5), 1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 30, 1000})
    void kernelShapRecoversLinearFunctionsFromFewCoalitionsAndFromAll(int designs) {
        INDArray map = new KernelShap(designs, 1, Baseline.constant(0.5), 3, 7).explain(AFFINE, rows, Score.binary());
        assertClose(Tensors.toDoubles(map), shares(0.5), 1e-12);
    }

    private double[] shares(double baseline) {
        double[] x = Tensors.toDoubles(rows);
        double[] shares = new double[x.length];
        Arrays.setAll(shares, p -> WEIGHT[p % 5] * (x[p] - baseline));
        return shares;
    }

    @Test
    void limeShrinksCoefficientsByItsRidge() {
        // one cell, weights 1: slope times the sum of squares, divided by that sum plus the ridge
        INDArray one = Tensors.of(DataType.DOUBLE, new double[] {2}, 1, 1);
        Differentiable line = SampleFunction.affine(new double[] {3}, 1);
        Lime free = new Lime(50, 1, 0, Double.POSITIVE_INFINITY, ZERO, 8, 50);
        Lime held = new Lime(50, 1, 5, Double.POSITIVE_INFINITY, ZERO, 8, 50);
        double[] masks = {0, 0};
        Differentiable counting = input -> {
            for (double value : Tensors.toDoubles(input)) {
                masks[value == 0 ? 0 : 1]++;
            }
            return line.evaluate(input);
        };
        double slope = Tensors.toDoubles(free.explain(counting, one, Score.binary()))[0];
        double squares = masks[0] * masks[1] / 50;
        assertThat(slope).isCloseTo(6, within(1e-12));
        assertThat(Tensors.toDoubles(held.explain(line, one, Score.binary()))[0])
                .isCloseTo(6 * squares / (squares + 5), within(1e-12));
    }

    @Test
    void kernelShapOfAllCoalitionsGivesShapleyValues() {
        // x0 x1 is shared by halves, x2 x3 x4 by thirds, 2 x0 belongs to the first
        Differentiable game = valued(x -> x[0] * x[1] + x[2] * x[3] * x[4] + 2 * x[0]);
        INDArray row = Tensors.of(DataType.DOUBLE, new double[] {1, 4, 3, 1, 2}, 1, 5);
        INDArray map = new KernelShap(30, 1, ZERO, 0, 8).explain(game, row, Score.binary());
        assertClose(Tensors.toDoubles(map), new double[] {2 + 2, 2, 2, 2, 2}, 1e-12);
    }

    @Test
    void pairsOfDrawnCoalitionsAreExactWherePlayersInteractByTwos() {
        Differentiable game = valued(x -> {
            double sum = 0;
            for (int i = 0; i < 12; i++) {
                sum += x[i] * x[(i + 1) % 12] * (i + 1);
            }
            return sum;
        });
        double[] ones = new double[12];
        Arrays.fill(ones, 1);
        INDArray row = Tensors.of(DataType.DOUBLE, ones, 1, 12);
        double[] found = Tensors.toDoubles(new KernelShap(60, 1, ZERO, 5, 500).explain(game, row, Score.binary()));
        assertThat(Arrays.stream(found).sum()).isCloseTo(78, within(1e-9));
        for (int i = 0; i < 12; i++) {
            double exact = (i + 1 + (i == 0 ? 12 : i)) / 2.0;
            assertThat(found[i]).isCloseTo(exact, within(1e-9));
        }
    }

    @Test
    void drawnCoalitionsComeNearShapleyValuesOfAnyGame() {
        // all or nothing for the first three, which share 6 equally
        Differentiable game = valued(x -> 6 * x[0] * x[1] * x[2] + x[3]);
        double[] ones = new double[12];
        Arrays.fill(ones, 1);
        INDArray row = Tensors.of(DataType.DOUBLE, ones, 1, 12);
        double[] expected = {2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        double[] few = errors(game, row, expected, 40);
        double[] many = errors(game, row, expected, 4000);
        assertThat(SampleFunction.norm(many)).isLessThan(SampleFunction.norm(few) / 5);
        assertThat(Arrays.stream(many).sum()).isCloseTo(0, within(1e-9));
    }

    private static double[] errors(Differentiable game, INDArray row, double[] expected, int designs) {
        INDArray map = new KernelShap(designs, 1, ZERO, 5, 500).explain(game, row, Score.binary());
        double[] found = Tensors.toDoubles(map);
        Arrays.setAll(found, i -> found[i] - expected[i]);
        return found;
    }

    @Test
    void coalitionsAreWeighedByTheShapleyKernel() {
        Coalitions all = Coalitions.of(4, 14, 0);
        assertThat(all.weights()).hasSize(14);
        // {0}: 3 / (4 * 1 * 3); {0, 1}: 3 / (6 * 2 * 2)
        assertThat(all.weights()[0]).isCloseTo(0.25, within(1e-15));
        assertThat(all.weights()[2]).isCloseTo(0.125, within(1e-15));
        Coalitions drawn = Coalitions.of(4, 13, 0);
        assertThat(drawn.weights()).containsOnly(1).hasSize(13);
        int[] sizes = new int[5];
        for (double[] coalition : Coalitions.of(40, 30_000, 1).present()) {
            int size = (int) Arrays.stream(coalition).sum();
            assertThat(size).isBetween(1, 39);
            sizes[Math.min(size, 4)]++;
        }
        // 1/39 : 1/76 of the sum of 1/(k (40 - k)), which is 2 H(39) / 40
        double total = 0;
        for (int k = 1; k < 40; k++) {
            total += 1.0 / (k * (40 - k));
        }
        assertThat(sizes[1] / 30_000.0).isCloseTo(1 / 39.0 / total, within(0.015));
        assertThat(sizes[2] / 30_000.0).isCloseTo(1 / 76.0 / total, within(0.015));
    }

    @Test
    void cellsOfImagesHoldNeighbouringPixelsWithAllChannels() {
        assertThat(new Cells(2, 2, new PixelGrid(3, 5, 2)).ofPixels())
                .containsExactly(0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 2, 2, 3, 3, 3);
        double[] weight = new double[4 * 4 * 2];
        Arrays.setAll(weight, i -> i % 7 - 2);
        double[] ones = new double[32];
        Arrays.fill(ones, 1);
        INDArray image = Tensors.of(DataType.DOUBLE, ones, 1, 4, 4, 2);
        INDArray map =
                new KernelShap(14, 2, ZERO, 0, 3).explain(SampleFunction.affine(weight, 1), image, Score.binary());
        double[] found = Tensors.toDoubles(map);
        for (int p = 0; p < 16; p++) {
            int row = p / 8 * 2;
            int column = p % 4 / 2 * 2;
            double cell = 0;
            for (int i = 0; i < 8; i++) {
                cell += weight[((row + i / 4) * 4 + column + i / 2 % 2) * 2 + i % 2];
            }
            assertThat(found[p]).isCloseTo(cell, within(1e-12));
        }
    }

    @Test
    void oneCellTakesTheWholeChange() {
        INDArray one = Tensors.of(DataType.DOUBLE, new double[] {2}, 1, 1);
        INDArray map = new KernelShap(5, 1, ZERO, 0, 3)
                .explain(SampleFunction.affine(new double[] {3}, 1), one, Score.binary());
        assertThat(Tensors.toDoubles(map)).containsExactly(6);
    }

    @Test
    void rejectsSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new SobolIndices(1, 8, ZERO, 0, 8))
                .hasMessage("SobolIndices: designs must be >= 2, got 1");
        assertThatThrownBy(() -> new Hsic(0, 8, ZERO, 0, 8)).hasMessage("Hsic: designs must be >= 2, got 0");
        assertThatThrownBy(() -> new Hsic(8, 0, ZERO, 0, 8)).hasMessage("Hsic: grid must be >= 1, got 0");
        assertThatThrownBy(() -> new Lime(8, 2, -1, 45, ZERO, 0, 8))
                .hasMessage("Lime: ridge must be finite and >= 0, got -1.0");
        assertThatThrownBy(() -> new Lime(8, 2, 1, 0, ZERO, 0, 8)).hasMessage("Lime: kernelWidth must be > 0, got 0.0");
        assertThatThrownBy(() -> new KernelShap(0, 2, ZERO, 0, 8))
                .hasMessage("KernelShap: designs must be >= 1, got 0");
        INDArray image = Tensors.zeros(DataType.DOUBLE, 1, 4, 6, 1);
        assertThatThrownBy(() -> Hsic.withDefaults(0, 8).explain(valued(x -> 0), image, Score.binary()))
                .hasMessage("Hsic: a grid of 8 x 8 cells does not fit samples of 4 x 6; take a smaller grid");
    }

    @Test
    void rejectsRegressionsThatHaveNoAnswer() {
        assertThatThrownBy(() -> new Lime(4, 1, 0, 45, ZERO, 0, 8).explain(AFFINE, rows, Score.binary()))
                .hasMessage(
                        "Lime: 4 masks do not determine 5 cells; take more designs, a smaller grid or a ridge above "
                                + "0");
        assertThatThrownBy(() -> new KernelShap(3, 1, ZERO, 0, 8).explain(AFFINE, rows, Score.binary()))
                .hasMessage("KernelShap: 3 coalitions do not determine 5 cells; take more designs or a smaller grid");
        assertThatThrownBy(() -> new Lime(4, 1, 1, 1e-9, ZERO, 0, 8).explain(AFFINE, rows, Score.binary()))
                .hasMessageStartingWith("Lime: every mask is too far from sample 0 to weigh anything; expected a "
                        + "kernelWidth near ");
    }

    @Test
    void solvesSymmetricSystemsAndRefusesSingularOnes() {
        double[][] matrix = {{4, 2, 1}, {2, 5, 3}, {1, 3, 6}};
        SymmetricSystem system = SymmetricSystem.factor(matrix);
        assertThat(system).isNotNull();
        // times (1, -2, 3)
        assertClose(system.solveInPlace(new double[] {3, 1, 13}), new double[] {1, -2, 3}, 1e-14);
        assertThat(SymmetricSystem.factor(new double[][] {{1, 1}, {1, 1}})).isNull();
        assertThat(SymmetricSystem.factor(new double[][] {{0}})).isNull();
    }

    @Test
    void greyIsDarkUnlessThereAreColours() {
        assertThat(Baseline.grey().of(new double[6], new long[] {1, 2, 3})).containsOnly(0.5);
        assertThat(Baseline.grey().of(new double[6], new long[] {2, 3, 1})).containsOnly(0);
        assertThat(Baseline.grey().of(new double[3], new long[] {3})).containsOnly(0);
    }

    /** A function of one output that nobody asks for a gradient. */
    private static Differentiable valued(ToDoubleFunction<double[]> function) {
        SampleFunction lifted = x -> new SampleFunction.Step(new double[] {function.applyAsDouble(x)}, c -> {
            throw new AssertionError("a gradient was asked for");
        });
        return lifted;
    }
}
