package io.github.otnn.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrorGrowthTest {
    @Test
    void handValuesOfTwoLayers() {
        ErrorGrowth one = ErrorGrowth.start().then(2, new Rounding(0.1, 0.01, 3));
        assertThat(one.lipschitz()).isEqualTo(2);
        assertClose(one.rounding(), 0.1, 0.01, 3);

        ErrorGrowth two = one.then(0.5, new Rounding(0.2, 0.02, 1));
        // the second layer sees at most (2 + 0.1) |x| + 3 + 0.01
        assertThat(two.lipschitz()).isCloseTo(1, within(1e-15));
        assertClose(two.rounding(), 0.05 + 0.2 * 2.1, 0.005 + 0.2 * 3.01 + 0.02, 2.5);
        assertThat(two.rounding().errorAt(10)).isCloseTo(4.7 + 0.627, within(1e-14));
        // |computed| <= (1 + 0.47) |x| + 2.5 + 0.627
        assertThat(two.inputNormWithin(100)).isCloseTo((100 - 3.127) / 1.47, within(1e-12));
    }

    @Test
    void layersThatOnlyMoveValuesChangeNothing() {
        ErrorGrowth growth = ErrorGrowth.start().then(0.7, new Rounding(1e-6, 1e-40, 0.3));
        assertThat(growth.then(1, Rounding.none())).isEqualTo(growth);
        assertThat(ErrorGrowth.start().then(1, Rounding.none())).isEqualTo(ErrorGrowth.start());
    }

    @Test
    void anUnknownLayerMakesTheWholeSequenceUnknown() {
        ErrorGrowth growth = ErrorGrowth.start().then(1, Rounding.unknown()).then(1e-3, new Rounding(1e-7, 0, 0));
        assertThat(growth.rounding().isKnown()).isFalse();
        assertThat(growth.rounding().errorAt(0)).isInfinite();
        assertThat(growth.inputNormWithin(1e300)).isZero();
        assertThat(Rounding.none().isKnown()).isTrue();
    }

    /** Scalar layers y = a x + b whose computed result is as wrong as they state, in the direction that hurts. */
    @Test
    void coversLayersThatErrAsMuchAsTheyMay() {
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 1000; run++) {
            double input = random.nextDouble(-5, 5);
            double exact = input;
            double computed = input;
            ErrorGrowth growth = ErrorGrowth.start();
            for (int layer = 0; layer < 6; layer++) {
                double slope = random.nextDouble(-2, 2);
                double shift = random.nextDouble(-1, 1);
                Rounding own = new Rounding(random.nextDouble(0.1), random.nextDouble(0.1), Math.abs(shift));
                growth = growth.then(Math.abs(slope), own);
                double error = own.relative() * Math.abs(computed) + own.absolute();
                double direction = Math.signum(slope * (computed - exact));
                computed = slope * computed + shift + (direction == 0 ? 1 : direction) * error;
                exact = slope * exact + shift;
                assertThat(Math.abs(computed - exact))
                        .isLessThanOrEqualTo(growth.rounding().errorAt(Math.abs(input)) * (1 + 1e-12));
                assertThat(Math.abs(exact))
                        .isLessThanOrEqualTo((growth.lipschitz() * Math.abs(input)
                                        + growth.rounding().offset())
                                * (1 + 1e-12));
            }
        }
    }

    private static void assertClose(Rounding actual, double relative, double absolute, double offset) {
        assertThat(actual.relative()).isBetween(relative * (1 - 1e-15), relative * (1 + 1e-14));
        assertThat(actual.absolute()).isBetween(absolute * (1 - 1e-15), absolute * (1 + 1e-14));
        assertThat(actual.offset()).isBetween(offset * (1 - 1e-15), offset * (1 + 1e-14));
    }
}
