package io.github.otnn.xai.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ExactAssignmentTest {
    @Test
    void matchesGoldenAssignments() {
        Golden.read(ExactAssignmentTest.class, "transport.json")
                .get("equal_weights")
                .elements()
                .forEach(expected -> {
                    int n = expected.get("n").integer();
                    double[][] cost = rows(expected.get("cost").values(), n);
                    ExactAssignment found = ExactAssignment.solve(cost);
                    assertThat(found.columnOfRow())
                            .containsExactly(expected.get("assignment").integers());
                    assertThat(found.totalCost())
                            .isCloseTo(expected.get("total_cost").number(), within(Tolerances.F64_GOLDEN));
                    checkOptimal(found, cost, Tolerances.F64_GOLDEN);
                });
    }

    @Test
    void beatsEveryPermutationOfSmallProblems() {
        SplittableRandom random = new SplittableRandom(11);
        for (int n = 1; n <= 6; n++) {
            for (int trial = 0; trial < 20; trial++) {
                double[][] cost = random(random, n);
                ExactAssignment found = ExactAssignment.solve(cost);
                assertThat(found.totalCost()).isCloseTo(cheapest(cost, 0, new boolean[n]), within(1e-12));
                checkOptimal(found, cost, 1e-12);
            }
        }
    }

    @Test
    void provesItselfOptimalWithManyEqualCosts() {
        SplittableRandom random = new SplittableRandom(12);
        double[][] cost = new double[60][60];
        for (double[] row : cost) {
            Arrays.setAll(row, j -> random.nextInt(4) - 2);
        }
        checkOptimal(ExactAssignment.solve(cost), cost, 1e-12);
        double[][] constant = new double[9][9];
        checkOptimal(ExactAssignment.solve(constant), constant, 0);
    }

    @Test
    void hasNoMoreTroubleWithHugeAndTinyCosts() {
        for (double scale : new double[] {1e-200, 1e200}) {
            double[][] cost = random(new SplittableRandom(13), 30);
            for (double[] row : cost) {
                Arrays.setAll(row, j -> row[j] * scale);
            }
            checkOptimal(ExactAssignment.solve(cost), cost, 1e-12 * scale);
        }
    }

    @Test
    void solvesAThousandRowsWithinSeconds() {
        double[][] cost = random(new SplittableRandom(14), 1000);
        ExactAssignment found = Assertions.assertTimeout(Duration.ofSeconds(20), () -> ExactAssignment.solve(cost));
        checkOptimal(found, cost, 1e-9);
    }

    @Test
    void leavesCostsUntouchedAndRepeatsItself() {
        double[][] cost = random(new SplittableRandom(15), 12);
        double[][] copy = Arrays.stream(cost).map(double[]::clone).toArray(double[][]::new);
        ExactAssignment first = ExactAssignment.solve(cost);
        assertThat(cost).isDeepEqualTo(copy);
        ExactAssignment second = ExactAssignment.solve(cost);
        assertThat(second.columnOfRow()).containsExactly(first.columnOfRow());
        assertThat(second.columnPotentials()).containsExactly(first.columnPotentials());
    }

    @Test
    void rejectsProblemsThatAreNotSquareOrNotFinite() {
        assertThatThrownBy(() -> ExactAssignment.solve(new double[0][]))
                .hasMessage("ExactAssignment: expected at least one row of costs, got none");
        assertThatThrownBy(() -> ExactAssignment.solve(new double[][] {{1, 2}, {3}}))
                .hasMessage("ExactAssignment: expected 2 costs in each of the 2 rows, got 1 in row 1; only square "
                        + "problems are solved");
        assertThatThrownBy(() -> ExactAssignment.solve(new double[][] {{1, 2}, {Double.NaN, 0}}))
                .hasMessage("ExactAssignment: cost [1, 0] is NaN; expected finite costs");
        assertThatThrownBy(() -> ExactAssignment.solve(new double[50_000][]))
                .hasMessage(
                        "ExactAssignment: expected at most 46340 rows, got 50000; take a random part of the samples");
    }

    private static void checkOptimal(ExactAssignment found, double[][] cost, double slack) {
        int n = cost.length;
        boolean[] used = new boolean[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            int column = found.columnOfRow()[i];
            assertThat(used[column]).isFalse();
            used[column] = true;
            total += cost[i][column];
            for (int j = 0; j < n; j++) {
                double reduced = cost[i][j] - found.rowPotentials()[i] - found.columnPotentials()[j];
                if (reduced < -slack || (j == column && reduced > slack)) {
                    throw new AssertionError("reduced cost of [" + i + ", " + j + "] is " + reduced);
                }
            }
        }
        assertThat(found.totalCost()).isCloseTo(total, within(slack));
        assertThat(found.dualityGap()).isCloseTo(0, within(n * slack));
    }

    private static double cheapest(double[][] cost, int row, boolean[] used) {
        if (row == cost.length) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < cost.length; j++) {
            if (!used[j]) {
                used[j] = true;
                best = Math.min(best, cost[row][j] + cheapest(cost, row + 1, used));
                used[j] = false;
            }
        }
        return best;
    }

    private static double[][] random(SplittableRandom random, int n) {
        double[][] cost = new double[n][n];
        for (double[] row : cost) {
            Arrays.setAll(row, j -> random.nextDouble() - 0.3);
        }
        return cost;
    }

    private static double[][] rows(double[] flat, int n) {
        double[][] rows = new double[n][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * n, (i + 1) * n));
        return rows;
    }
}
