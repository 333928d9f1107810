package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.BjorckSettings;
import io.github.otnn.core.linalg.OrthogonalMatrices;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every constraint of a whole matrix keeps, on benign and on hostile raw weights. */
class MatrixConstraintsTest {
    private static final double ALMOST_ORTHOGONAL = 1e-4;

    private static final List<Parametrization> ORTHOGONAL = List.of(
            SpectralOrthogonal.kept(),
            SpectralOrthogonal.rebased(),
            SpectralOrthogonal.kept().withSteps(BjorckSettings.Steps.QUINTIC),
            new CholeskyOrthogonal());

    private static final List<Parametrization> BOUNDED =
            List.of(new SpectralNormalized(), new SpectralNormalized(0), new FrobeniusNormalized());

    static Stream<Arguments> hostileWeights() {
        INDArray rankOne = gaussian(DataType.FLOAT, 1, 12, 1).mmul(gaussian(DataType.FLOAT, 2, 1, 30));
        INDArray dominant = gaussian(DataType.FLOAT, 3, 12, 30);
        dominant.getColumn(2).muli(1e4);
        return Stream.of(
                Arguments.of("row", gaussian(DataType.FLOAT, 4, 1, 9)),
                Arguments.of("column", gaussian(DataType.FLOAT, 5, 9, 1)),
                Arguments.of("one value", gaussian(DataType.FLOAT, 6, 1, 1)),
                Arguments.of("wide", gaussian(DataType.FLOAT, 7, 16, 64)),
                Arguments.of("tall", gaussian(DataType.FLOAT, 8, 65, 12)),
                Arguments.of("square", gaussian(DataType.FLOAT, 9, 512, 512)),
                Arguments.of("ill-conditioned", illConditioned(48)),
                Arguments.of("ill-conditioned large", illConditioned(48).muli(1e15)),
                Arguments.of(
                        "ten times larger", gaussian(DataType.FLOAT, 10, 12, 30).muli(10)),
                Arguments.of(
                        "after a rank one jump",
                        gaussian(DataType.FLOAT, 10, 12, 30).addi(rankOne.mul(1000))),
                Arguments.of("rank one", rankOne),
                Arguments.of("dominant column", dominant));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileWeights")
    void orthogonalConstraintsBringEverySingularValueToOne(String name, INDArray raw) {
        for (Parametrization constraint : ORTHOGONAL) {
            INDArray weight = project(constraint, raw);
            assertThat(SpectralBound.ofMatrix(weight))
                    .as("%s", constraint)
                    .isBetween(1 - ALMOST_ORTHOGONAL, 1 + Tolerances.BOUND_SLACK);
            if (!name.equals("rank one")) {
                // the smallest singular value: I - W WT has the norm 1 - s^2
                INDArray defect = gram(weight);
                for (int i = 0; i < defect.size(0); i++) {
                    defect.putScalar(i, i, defect.getDouble(i, i) - 1);
                }
                assertThat(SpectralBound.ofMatrix(defect)).as("%s", constraint).isLessThan(2 * ALMOST_ORTHOGONAL);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileWeights")
    void boundedConstraintsNeverExceedOne(String name, INDArray raw) {
        for (Parametrization constraint : BOUNDED) {
            INDArray weight = project(constraint, raw);
            assertThat(SpectralBound.ofMatrix(weight)).as("%s", constraint).isBetween(0.04, 1 + Tolerances.BOUND_SLACK);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileWeights")
    void finishedWeightsAreBelowOneByProof(String name, INDArray raw) {
        for (Parametrization constraint : List.of(new SpectralNormalized(), new CholeskyOrthogonal())) {
            Projection projection = constraint.bind(Shape.of(raw.shape()), raw.dataType());
            INDArray weight = Tensors.zeros(raw.dataType(), raw.shape());
            projection.project(raw.dup(), weight);
            INDArray finished = weight.mul(1.25);
            projection.finish(finished);
            // rounding of the division itself
            assertThat(SpectralBound.ofMatrix(finished)).isLessThanOrEqualTo(1 + 2e-7);
            assertClose(finished, weight, ALMOST_ORTHOGONAL + 1.5e-3);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileWeights")
    void repeatsBitForBitWithFiniteGradients(String name, INDArray raw) {
        INDArray cotangent = gaussian(DataType.FLOAT, 20, raw.shape());
        for (Parametrization constraint :
                Stream.concat(ORTHOGONAL.stream(), BOUNDED.stream()).toList()) {
            INDArray[] weights = new INDArray[2];
            INDArray[] gradients = new INDArray[2];
            for (int i = 0; i < 2; i++) {
                Projection projection = constraint.bind(Shape.of(raw.shape()), raw.dataType());
                INDArray copy = raw.dup();
                weights[i] = Tensors.zeros(raw.dataType(), raw.shape());
                gradients[i] = Tensors.zeros(raw.dataType(), raw.shape());
                projection.project(copy, weights[i]);
                projection.pullback(copy, cotangent, gradients[i]);
                Tensors.requireFinite("gradient", gradients[i]);
            }
            assertSameBits(weights[0], weights[1]);
            assertSameBits(gradients[0], gradients[1]);
        }
    }

    @Test
    void zeroMatrixStaysZeroWithoutGradientWhereItHasADocumentedMeaning() {
        INDArray zero = Tensors.zeros(DataType.FLOAT, 4, 6);
        for (Parametrization constraint : List.of(
                SpectralOrthogonal.kept(),
                SpectralOrthogonal.kept().withSteps(BjorckSettings.Steps.QUINTIC),
                new CholeskyOrthogonal(),
                new SpectralNormalized())) {
            Projection projection = constraint.bind(Shape.of(4, 6), DataType.FLOAT);
            INDArray weight = zero.add(3);
            INDArray gradient = zero.add(3);
            projection.project(zero, weight);
            projection.pullback(zero, zero.add(1), gradient);
            projection.finish(weight);
            assertClose(weight, zero, 0);
            assertClose(gradient, zero, 0);
        }
    }

    @Test
    void frobeniusRejectsZerosAndUnitColumnsNameTheColumn() {
        INDArray raw = Tensors.zeros(DataType.FLOAT, 2, 3);
        assertThatThrownBy(() -> project(new FrobeniusNormalized(), raw))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("FrobeniusNormalized: expected a weight with a finite norm above 0, got 0.0");
        raw.getColumn(0).assign(1);
        raw.getColumn(2).assign(1);
        assertThatThrownBy(() -> project(new UnitColumns(), raw))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("UnitColumns: expected columns with a finite norm above 0, column 1 has 0.0");
    }

    @Test
    void frobeniusMatchesHandValues() {
        INDArray raw = Tensors.of(DataType.DOUBLE, new double[] {1, -2, 2, 4}, 2, 2);
        assertClose(
                project(new FrobeniusNormalized(), raw),
                Tensors.of(DataType.DOUBLE, new double[] {0.2, -0.4, 0.4, 0.8}, 2, 2),
                1e-15);
    }

    @Test
    void divisorFollowsTheNumberOfSquarings() {
        // equal singular values are the worst case: b = side^(1 / (4 q)) sigma, q = 2^squarings
        INDArray raw = Tensors.of(DataType.DOUBLE, OrthogonalMatrices.random(8, 20, new SplittableRandom(1)), 8, 20);
        for (int squarings : new int[] {0, 1, 4, 10}) {
            INDArray weight = project(new SpectralNormalized(squarings), raw.mul(3));
            double expected = Math.pow(8, -1 / (4 * Math.pow(2, squarings)));
            assertThat(SpectralBound.ofMatrix(weight)).isCloseTo(expected, within(Tolerances.F64_DIFFERENCE));
        }
        assertThat(new SpectralNormalized()).isEqualTo(new SpectralNormalized(10));
        assertThatThrownBy(() -> new SpectralNormalized(31))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SpectralNormalized: squarings must be in [0, 30], got 31");
    }

    @Test
    void gradientsMatchCentralDifferencesOnKernelsToo() {
        Shape shape = Shape.of(2, 2, 2, 3);
        INDArray raw = gaussian(DataType.DOUBLE, 1, shape.sizes());
        INDArray cotangent = gaussian(DataType.DOUBLE, 2, shape.sizes());
        for (Parametrization constraint : List.of(
                SpectralOrthogonal.kept().withSteps(BjorckSettings.Steps.QUINTIC),
                new CholeskyOrthogonal(),
                new SpectralNormalized(),
                new SpectralNormalized(0),
                new FrobeniusNormalized())) {
            Projection projection = constraint.bind(shape, DataType.DOUBLE);
            INDArray weight = Tensors.zeros(DataType.DOUBLE, shape.sizes());
            INDArray gradient = Tensors.zeros(DataType.DOUBLE, shape.sizes());
            INDArray expected =
                    FiniteDifferences.gradient(at -> FiniteDifferences.dot(project(constraint, at), cotangent), raw);
            projection.project(raw, weight);
            projection.pullback(raw, cotangent, gradient);
            assertClose(gradient, expected, Tolerances.F64_DIFFERENCE);
        }
    }

    private static INDArray project(Parametrization constraint, INDArray raw) {
        INDArray weight = Tensors.zeros(raw.dataType(), raw.shape());
        // re-basing moves the raw weight
        constraint.bind(Shape.of(raw.shape()), raw.dataType()).project(raw.dup(), weight);
        return weight;
    }

    private static INDArray gram(INDArray weight) {
        INDArray wide = weight.castTo(DataType.DOUBLE);
        return wide.size(0) <= wide.size(1)
                ? wide.mmul(wide.transpose())
                : wide.transpose().mmul(wide);
    }

    /** Singular values from 1.7 down to 1.7e-3. */
    private static INDArray illConditioned(int side) {
        INDArray left =
                Tensors.of(DataType.DOUBLE, OrthogonalMatrices.random(side, side, new SplittableRandom(1)), side, side);
        INDArray right =
                Tensors.of(DataType.DOUBLE, OrthogonalMatrices.random(side, side, new SplittableRandom(2)), side, side);
        for (int i = 0; i < side; i++) {
            left.getColumn(i).muli(1.7 * Math.pow(1e-3, i / (side - 1.0)));
        }
        return left.mmul(right).castTo(DataType.FLOAT).dup('c');
    }
}
