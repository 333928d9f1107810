package io.github.otnn.xai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void summarisesByHandComputedValues() {
        double[] values = {4, 1, 3, 2};
        Distribution distribution = Distribution.of(values);
        assertThat(distribution.count()).isEqualTo(4);
        assertThat(distribution.mean()).isEqualTo(2.5);
        assertThat(distribution.median()).isEqualTo(2.5);
        assertThat(distribution.standardDeviation()).isEqualTo(Math.sqrt(5.0 / 3));
        assertThat(distribution.minimum()).isEqualTo(1);
        assertThat(distribution.maximum()).isEqualTo(4);
        assertThat(distribution.p5()).isEqualTo(1 + 0.05 * 3);
        assertThat(distribution.p95()).isBetween(3.85 - 1e-12, 3.85 + 1e-12);
        assertThat(values).containsExactly(4, 1, 3, 2);
    }

    @Test
    void oneValueIsItsOwnSummary() {
        assertThat(Distribution.of(new double[] {7})).isEqualTo(new Distribution(1, 7, 0, 7, 7, 7, 7, 7));
    }

    @Test
    void rejectsNothingAndNaN() {
        assertThatThrownBy(() -> Distribution.of(new double[0]))
                .hasMessage("Distribution: expected at least one value, got none");
        assertThatThrownBy(() -> Distribution.of(new double[] {1, Double.NaN, 2}))
                .hasMessage("Distribution: value 1 is NaN");
    }
}
