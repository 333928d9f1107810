package io.github.otnn.xai.statistics;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.testing.Golden;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankStatisticsTest {
    @Test
    void ranksAndCorrelationsMatchGoldenValues() {
        Golden cases = Golden.read(RankStatisticsTest.class, "metrics.json").get("spearman");
        assertThat(cases.elements().toList()).hasSize(6).allSatisfy(golden -> {
            double[] a = golden.get("a").values();
            double[] b = golden.get("b").values();
            double[] ranks = RankOrder.averageRanks(a);
            Arrays.setAll(ranks, i -> ranks[i] + 1);
            assertClose(ranks, golden.get("ranks_a").values(), 0);
            double[] others = RankOrder.averageRanks(b);
            Arrays.setAll(others, i -> others[i] + 1);
            assertClose(others, golden.get("ranks_b").values(), 0);
            check(Correlation.SPEARMAN.between(a, b), golden, "spearman");
            check(Correlation.PEARSON.between(a, b), golden, "pearson");
        });
    }

    private static void check(double actual, Golden golden, String name) {
        if (golden.has(name)) {
            assertThat(actual).isCloseTo(golden.get(name).number(), within(1e-14));
        } else {
            assertThat(actual).isNaN();
        }
    }

    @Test
    void equalValuesShareTheirRanks() {
        assertThat(RankOrder.averageRanks(new double[] {30, 10, 20, 20, 10})).containsExactly(4, .5, 2.5, 2.5, .5);
        assertThat(RankOrder.averageRanks(new double[] {7})).containsExactly(0);
        assertThat(RankOrder.averageRanks(new double[] {0.0, -0.0})).containsExactly(.5, .5);
    }

    @Test
    void orderIsThatOfAStableSort() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {0, 1, 2, 7, 8, 9, 16, 17, 100, 1000, 1023}) {
            double[] values = random.ints(n, 0, 50).asDoubleStream().toArray();
            int[] expected = IntStream.range(0, n)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -values[i]))
                    .mapToInt(i -> i)
                    .toArray();
            assertThat(RankOrder.descending(values)).containsExactly(expected);
        }
    }

    @Test
    void tieShareCountsValuesThatAreNotAlone() {
        double[] values = {3, 1, 3, 2, 1, 3, 0, 9};
        assertThat(RankOrder.tieShare(values, RankOrder.descending(values))).isEqualTo(5 / 8.0);
    }

    @Test
    void equalSeriesCorrelatePerfectlyAndReversedOnesPerfectlyBadly() {
        double[] values = new SplittableRandom(5).doubles(301).toArray();
        double[] negative = Arrays.stream(values).map(v -> -v).toArray();
        for (Correlation correlation : Correlation.values()) {
            assertThat(correlation.between(values, values.clone())).isEqualTo(1);
            assertThat(1 - correlation.between(values, negative)).isEqualTo(2);
        }
    }

    @Test
    void constantsHaveNoCorrelationEvenIfTheirMeanIsRounded() {
        double[] constant = new double[7];
        Arrays.fill(constant, 0.1);
        double[] other = {1, 2, 3, 4, 5, 6, 7};
        assertThat(Correlation.PEARSON.between(constant, other)).isNaN();
        assertThat(Correlation.SPEARMAN.between(other, constant)).isNaN();
    }

    @Test
    void rejectsSeriesOfOtherLengths() {
        assertThatThrownBy(() -> Correlation.PEARSON.between(new double[2], new double[3]))
                .hasMessage("correlation: expected two series of one length, got 2 and 3 values");
    }
}
