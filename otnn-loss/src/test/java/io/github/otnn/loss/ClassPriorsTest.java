package io.github.otnn.loss;

import static io.github.otnn.loss.Arrays2D.column;
import static io.github.otnn.loss.Arrays2D.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class ClassPriorsTest {
    @Test
    void weighsRareClassesMore() {
        ClassPriors priors = ClassPriors.of(.5, .3, .15, .05);

        assertThat(priors.weight(0)).isCloseTo(.5, within(Tolerances.F64_REORDERED));
        assertThat(priors.weight(3)).isCloseTo(5, within(Tolerances.F64_REORDERED));
        assertThat(ClassPriors.binary(.04).weight(1)).isCloseTo(12.5, within(Tolerances.F64_REORDERED));
        assertThat(ClassPriors.uniform().weight(17)).isEqualTo(1);
    }

    @Test
    void countsLabelsOfEveryForm() {
        double[] labels = {0, 2, 2, 1, 2, 0, 2, 2};
        ClassPriors expected = ClassPriors.of(.25, .125, .625);

        assertThat(ClassPriors.ofLabels(vector(labels), 3)).isEqualTo(expected);
        assertThat(ClassPriors.ofLabels(column(labels), 3)).isEqualTo(expected);
        assertThat(ClassPriors.ofLabels(Arrays2D.oneHot(labels, 3), 3)).isEqualTo(expected);
        assertThat(ClassPriors.ofLabels(column(1, -1, -1, -1), 2)).isEqualTo(ClassPriors.of(.75, .25));
        assertThat(ClassPriors.ofLabels(column(1, 0, 0, 0), 2)).isEqualTo(ClassPriors.binary(.25));
        assertThat(ClassPriors.ofLabels(Arrays2D.oneHot(new double[] {1, 0, 0, 0}, 2), 2))
                .isEqualTo(ClassPriors.binary(.25));
    }

    @Test
    void rejectsClassWithoutSamples() {
        assertThatThrownBy(() -> ClassPriors.ofLabels(vector(0, 2, 2), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ClassPriors: class 1 does not occur in the 3 labels");
        assertThatThrownBy(() -> ClassPriors.ofLabels(Tensors.zeros(DataType.DOUBLE, 0, 1), 3))
                .hasMessage("ClassPriors: expected at least one label, got none");
        assertThatThrownBy(() -> ClassPriors.ofLabels(vector(0, 0), 1))
                .hasMessage("ClassPriors: expected 2 or more classes, got 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -.5, Double.NaN})
    void rejectsPriorThatIsNotPositive(double prior) {
        assertThatThrownBy(() -> ClassPriors.of(.5, .5, prior))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ClassPriors: the prior of class 2 must be > 0, got " + prior);
    }

    @Test
    void rejectsPriorsThatDoNotSumToOne() {
        assertThatThrownBy(() -> ClassPriors.of(.5, .25))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ClassPriors: priors must sum to 1, got [0.5, 0.25] with sum 0.75");
        assertThatThrownBy(() -> ClassPriors.of(.5, Double.POSITIVE_INFINITY)).hasMessageContaining("sum Infinity");
        assertThatThrownBy(() -> ClassPriors.of(1)).hasMessage("ClassPriors: expected 2 or more priors, got 1");
        assertThat(ClassPriors.of(.5, .5005).weight(0)).isEqualTo(1);
    }

    @Test
    void isIndependentOfTheArrayItCameFrom() {
        double[] given = {.5, .5};
        ClassPriors priors = ClassPriors.of(given);
        given[0] = .1;

        assertThat(priors).isEqualTo(ClassPriors.of(.5, .5)).hasToString("[0.5, 0.5]");
        assertThat(priors).hasSameHashCodeAs(ClassPriors.of(.5, .5)).isNotEqualTo(ClassPriors.uniform());
        assertThat(ClassPriors.uniform()).hasToString("uniform");
    }
}
