package io.github.otnn.xai.attack;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every attack owes. */
class AttackContractTest {
    private static final double[][] CENTRES = {
        {0.2, 0.8, 0.5, 0.5, 0.1, 0.9},
        {0.7, 0.3, 0.4, 0.6, 0.6, 0.2},
        {0.9, 0.9, 0.1, 0.2, 0.3, 0.7},
    };
    private static final SampleFunction NEAREST = SampleFunction.nearest(CENTRES);
    private static final INDArray POINTS =
            Tensors.of(DataType.DOUBLE, new SplittableRandom(8).doubles(7 * 6).toArray(), 7, 2, 3, 1);
    private static final int[] CLASSES = Arrays.stream(logits(NEAREST, POINTS))
            .mapToInt(Decision::prediction)
            .toArray();
    private static final double[] UNIT_WEIGHT = {0.48, -0.6, 0, 0.64};

    /** An attack of small effort, and how far above the true distance it may end on simple functions of four values. */
    enum Kind {
        TRANSPORT(1 + 1e-6, TransportRay::new),
        FAST_GRADIENT(1 + 1e-6, FastGradient::new),
        DEEP_FOOL(1.04, DeepFool::new),
        DECOUPLED_NORM(1.001, settings -> new DecoupledNorm(60, 0.05, settings)),
        PROJECTED_GRADIENT(1.001, settings -> new ProjectedGradient(20, 2, 5, 2.5, settings)),
        CARLINI_WAGNER(1.02, settings -> new CarliniWagner(3, 400, 0.02, 0, settings)),
        RANDOM_DIRECTIONS(1.5, settings -> new RandomDirections(500, 15, settings)),
        BOUNDARY_WALK(1.05, settings -> new BoundaryWalk(15, 30, settings));

        private final double factor;
        private final Function<AttackSettings, Attack> create;

        Kind(double factor, Function<AttackSettings, Attack> create) {
            this.factor = factor;
            this.create = create;
        }

        Attack free() {
            return create.apply(AttackSettings.free(5).withBatchSize(7));
        }

        Attack with(AttackSettings settings) {
            return create.apply(settings);
        }

        boolean usesGradients() {
            return this != RANDOM_DIRECTIONS && this != BOUNDARY_WALK;
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesCloseToTheBoundaryOfAnAffineFunctionAndNeverCloser(Kind kind) {
        SampleFunction function = SampleFunction.affine(times(3, UNIT_WEIGHT), 0.25);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 20, 4);
        double[] f = values(function, rows);
        AttackResult result = run(kind.free(), function, rows, signs(f));
        for (int i = 0; i < 20; i++) {
            double truth = Math.abs(f[i]) / 3;
            assertThat(result.distances()[i]).isBetween(truth * (1 - 1e-12), truth * kind.factor + 1.1e-4);
            assertThat(result.predictions()[i]).isEqualTo(-signs(f)[i]);
            assertThat(result.margins()[i]).isLessThanOrEqualTo(0);
            assertThat(result.gradientEvaluations()[i] > 0).isEqualTo(kind.usesGradients());
        }
        assertThat(result.foundShare()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void comesCloseToASphereAndNeverCloser(Kind kind) {
        SampleFunction function = SampleFunction.distanceToSphere(1.5);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 4, 15, 3);
        double[] f = values(function, rows);
        AttackResult result = run(kind.free(), function, rows, signs(f));
        for (int i = 0; i < 15; i++) {
            double truth = Math.abs(f[i]);
            assertThat(result.distances()[i]).isBetween(truth * (1 - 1e-12), truth * kind.factor + 1.1e-4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void distanceAndPredictionAreThoseOfThePointReturned(Kind kind) {
        INDArray points = POINTS.castTo(DataType.FLOAT);
        AttackResult result = run(kind.with(AttackSettings.within(0, 1, 2)), NEAREST, points, CLASSES);
        assertThat(result.points().dataType()).isEqualTo(DataType.FLOAT);
        double[] found = Tensors.toDoubles(result.points());
        double[] origins = Tensors.toDoubles(points);
        double[] logits = Tensors.toDoubles(NEAREST.evaluate(result.points()).output());
        assertThat(result.foundShare()).isGreaterThan(0.5);
        for (int i = 0; i < 7; i++) {
            double squares = 0;
            for (int p = i * 6; p < (i + 1) * 6; p++) {
                assertThat(found[p]).isBetween(0.0, 1.0);
                squares += (found[p] - origins[p]) * (found[p] - origins[p]);
            }
            assertThat(result.found(i) ? result.distances()[i] : 0).isCloseTo(Math.sqrt(squares), within(1e-14));
            double[] row = Arrays.copyOfRange(logits, 3 * i, 3 * i + 3);
            assertThat(result.predictions()[i]).isEqualTo(Decision.prediction(row));
            assertThat(result.margins()[i])
                    .isEqualTo(Decision.margin(row, CLASSES[i], Decision.rival(row, CLASSES[i])));
            assertThat(result.predictions()[i] != CLASSES[i]).isEqualTo(result.found(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesCloseToTheNearestOfSeveralClassesAndNeverCloser(Kind kind) {
        AttackResult result = run(kind.free(), NEAREST, POINTS, CLASSES);
        for (int i = 0; i < 7; i++) {
            double truth = distanceOfTheCell(i);
            assertThat(result.distances()[i]).isGreaterThan(truth * (1 - 1e-12));
            if (kind != Kind.RANDOM_DIRECTIONS) {
                assertThat(result.distances()[i]).isLessThan(1.6 * truth + 1.1e-4);
            }
        }
        assertThat(result.foundShare()).isOne();
    }

    /** Distance to the nearest plane half way between the own centre and another. */
    private static double distanceOfTheCell(int sample) {
        double[] own = logits(NEAREST, POINTS)[sample];
        double nearest = Double.POSITIVE_INFINITY;
        for (int k = 0; k < 3; k++) {
            int y = CLASSES[sample];
            if (k != y) {
                double between = Vectors.distance(CENTRES[k], CENTRES[y]);
                nearest = Math.min(nearest, (own[k] * own[k] - own[y] * own[y]) / (2 * between));
            }
        }
        return nearest;
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSPORT", "DEEP_FOOL"})
    void neverEntersTheCertifiedBallOfANetwork(Kind kind) {
        Golden golden = Golden.read(AttackContractTest.class, "network.json");
        INDArray images = Tensors.rows(golden.get("inputs").array(DataType.DOUBLE), 0, 2);
        int[] labels = Arrays.copyOf(golden.get("predictions").integers(), 2);
        double[] gaps = golden.get("pairwise").get("gap").values();
        AttackResult result = run(kind.free(), ReferenceNetwork.of(golden), images, labels);
        for (int i = 0; i < 2; i++) {
            assertThat(result.distances()[i]).isGreaterThan(gaps[i] / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchSizeChangesNothing(Kind kind) {
        INDArray points = POINTS.castTo(DataType.FLOAT);
        AttackSettings settings = AttackSettings.within(0, 1, 2);
        AttackResult expected = run(kind.with(settings.withBatchSize(2)), NEAREST, points, CLASSES);
        for (int batchSize : new int[] {1, 3, 7, 32}) {
            assertSame(run(kind.with(settings.withBatchSize(batchSize)), NEAREST, points, CLASSES), expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sampleIsFoundAlikeWhateverStandsAfterIt(Kind kind) {
        SampleFunction function = SampleFunction.distanceToSphere(1.5);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 6, 9, 3);
        int[] labels = new int[9];
        Arrays.fill(labels, 1);
        AttackResult all = run(kind.free(), function, rows, labels);
        AttackResult first = run(kind.free(), function, Tensors.rows(rows, 0, 4), Arrays.copyOf(labels, 4));
        assertThat(first.distances()).containsExactly(Arrays.copyOf(all.distances(), 4));
    }

    @ParameterizedTest
    @EnumSource
    void sampleThatIsDecidedOtherwiseIsItsOwnFinding(Kind kind) {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0}, 3, 4);
        AttackResult result = run(kind.free(), function, rows, new int[] {0, -1, 1});
        assertThat(result.distances()[0]).isZero();
        assertThat(result.distances()[1]).isGreaterThan(0.47);
        assertThat(result.distances()[2]).isZero();
        assertThat(result.predictions()).containsExactly(1, 1, -1);
    }

    @ParameterizedTest
    @EnumSource
    void constantFunctionGivesNothingAndNoNaN(Kind kind) {
        for (AttackSettings settings : List.of(AttackSettings.free(1), AttackSettings.within(-2, 2, 1))) {
            SampleFunction flat = SampleFunction.affine(new double[3], 0.5);
            INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 0, 0, 0, 0}, 2, 3);
            AttackResult result = run(kind.with(settings), flat, rows, new int[] {1, 1});
            assertThat(result.distances()).containsOnly(Double.POSITIVE_INFINITY);
            assertThat(result.predictions()).containsOnly(1);
            assertThat(result.margins()).containsOnly(0.5);
            assertSameBits(result.points(), rows);
            assertThat(result.foundShare()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesPlateausInARandomDirection(Kind kind) {
        // 1 up to |x| = 1, then falling: the gradient at the sample is zero
        SampleFunction plateau = x -> {
            double norm = SampleFunction.norm(x);
            return new SampleFunction.Step(
                    new double[] {norm <= 1 ? 1 : 3 - 2 * norm},
                    c -> norm <= 1 ? new double[x.length] : times(-2 * c[0] / norm, x));
        };
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {0.5, 0, 0, 0}, 2, 2);
        AttackResult result = run(kind.free(), plateau, rows, new int[] {1, 1});
        for (int i = 0; i < 2; i++) {
            assertThat(result.distances()[i]).isBetween(i == 0 ? 1 : 1.5, 3.0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rangeCanForbidEveryOtherDecision(Kind kind) {
        SampleFunction function = SampleFunction.affine(new double[] {1, 1}, 0.1);
        INDArray rows = Tensors.of(new float[] {0, 0, 0.5f, 1}, 2, 2);
        AttackResult result = run(kind.with(AttackSettings.within(0, 1, 1)), function, rows, new int[] {1, 1});
        assertThat(result.distances()).containsOnly(Double.POSITIVE_INFINITY);
        assertSameBits(result.points(), rows);
    }

    @ParameterizedTest
    @EnumSource
    void equalSeedsGiveEqualBits(Kind kind) {
        AttackResult first = run(kind.free(), NEAREST, POINTS, CLASSES);
        assertSame(run(kind.free(), NEAREST, POINTS, CLASSES), first);
        if (!kind.usesGradients()) {
            AttackResult other = run(kind.with(AttackSettings.free(6)), NEAREST, POINTS, CLASSES);
            assertThat(other.distances()).isNotEqualTo(first.distances());
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesInputsUntouchedInEveryLayout(Kind kind) {
        INDArray padded = Tensors.zeros(DataType.DOUBLE, 9, 2, 3, 1);
        Tensors.rows(padded, 1, 8).assign(POINTS);
        int[] labels = CLASSES.clone();
        INDArray before = POINTS.dup('c');
        AttackResult expected = run(kind.free(), NEAREST, POINTS, labels);
        for (INDArray input : List.of(POINTS, POINTS.dup('f'), Tensors.rows(padded, 1, 8))) {
            assertSame(run(kind.free(), NEAREST, input, labels), expected);
            assertSameBits(input, before);
        }
        assertThat(labels).containsExactly(CLASSES);
    }

    @ParameterizedTest
    @EnumSource
    void tellsHowFarItIsAndStopsWhenTold(Kind kind) {
        SampleFunction function = SampleFunction.affine(UNIT_WEIGHT, 0);
        INDArray rows = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 9, 4);
        int[] labels = signs(values(function, rows));
        List<Long> done = new ArrayList<>();
        kind.free().run(function, rows, labels, (now, total) -> {
            done.add(now);
            assertThat(total).isEqualTo(9);
        });
        assertThat(done).isSorted().endsWith(9L);
        Progress stop = (now, total) -> {
            throw new CancellationException("enough");
        };
        assertThatThrownBy(() -> kind.free().run(function, rows, labels, stop))
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
    }

    @ParameterizedTest
    @EnumSource
    void rejectsWhatMakesNoSense(Kind kind) {
        SampleFunction binary = SampleFunction.affine(new double[] {1, 2}, 0);
        INDArray rows = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 4}, 2, 2);
        INDArray broken = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, Double.NaN}, 2, 2);
        assertThatThrownBy(() -> run(kind.free(), binary, broken, new int[] {1, 1}))
                .hasMessage("attack: inputs: expected finite values, got NaN at [1, 1]");
        assertThatThrownBy(() -> run(kind.free(), binary, rows, new int[] {1}))
                .hasMessage("attack: expected 2 labels, one for each sample, got 1 labels");
        assertThatThrownBy(() -> run(kind.free(), binary, rows, new int[] {1, 2}))
                .hasMessage("label 2 of sample 1: expected 1, -1 or 0 for a function with one logit");
        assertThatThrownBy(() -> run(kind.free(), binary, Tensors.zeros(DataType.DOUBLE, 0, 2), new int[0]))
                .hasMessage("attack: expected at least one sample, got an empty array");
        assertThatThrownBy(() -> run(kind.free(), NEAREST, POINTS, new int[] {0, 1, 3, 0, 0, 0, 0}))
                .hasMessage("label 3 of sample 2 is outside the 3 classes 0..2");
        Attack narrow = kind.with(AttackSettings.within(0, 3, 1));
        assertThatThrownBy(() -> run(narrow, binary, rows, new int[] {1, 1}))
                .hasMessage("input to clip, batch from sample 0: value 4.0 at [1, 1] is outside [0.0, 3.0]; give the "
                        + "range of the data as the function sees it");
    }

    @ParameterizedTest
    @EnumSource
    void describesItsSettings(Kind kind) {
        assertThat(kind.free().describe()).endsWith(", unbounded, seed 5");
        assertThat(kind.with(AttackSettings.within(0, 1, 2)).describe()).endsWith(", values in [0.0, 1.0], seed 2");
        assertThat(kind.free().name()).isNotBlank();
    }

    static AttackResult run(Attack attack, SampleFunction function, INDArray inputs, int[] labels) {
        return attack.run(function, inputs, labels, Progress.none());
    }

    static double[][] logits(SampleFunction function, INDArray rows) {
        return Stream.iterate(0, i -> i + 1)
                .limit(rows.size(0))
                .map(i -> function.apply(Tensors.toDoubles(Tensors.rows(rows, i, i + 1)))
                        .output())
                .toArray(double[][]::new);
    }

    static double[] values(SampleFunction function, INDArray rows) {
        return Arrays.stream(logits(function, rows)).mapToDouble(row -> row[0]).toArray();
    }

    static int[] signs(double[] values) {
        return Arrays.stream(values).mapToInt(value -> value > 0 ? 1 : -1).toArray();
    }

    static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    private static void assertSame(AttackResult actual, AttackResult expected) {
        assertSameBits(actual.points(), expected.points());
        assertThat(actual.distances()).containsExactly(expected.distances());
        assertThat(actual.margins()).containsExactly(expected.margins());
        assertThat(actual.predictions()).containsExactly(expected.predictions());
        assertThat(actual.gradientEvaluations()).containsExactly(expected.gradientEvaluations());
        assertThat(actual.valueEvaluations()).containsExactly(expected.valueEvaluations());
    }
}
