package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_GOLDEN;
import static io.github.otnn.core.testing.Tolerances.F64_REORDERED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reference values, and the optimal transport that the loss is the dual of. */
class BinaryHkrGoldenTest {
    private static final Set<String> FAMILIES = Set.of(
            "kr_binary", "kr_binary_joint", "hinge_binary", "hkr_binary", "hkr_binary_joint", "hkr_binary_balanced");

    static Stream<Golden> cases() {
        return Golden.read(BinaryHkrGoldenTest.class, "losses.json")
                .get("cases")
                .elements()
                .filter(each -> FAMILIES.contains(each.get("family").text()));
    }

    static Stream<Golden> published() {
        Set<String> quantities = Set.of("kr_per_sample", "hinge_per_sample", "hkr_per_sample");
        return Golden.read(BinaryHkrGoldenTest.class, "losses.json")
                .get("published")
                .elements()
                .filter(each -> quantities.contains(each.get("quantity").text()))
                .filter(each -> each.get("logits").shape()[1] == 1);
    }

    static Stream<Golden> plans() {
        return Golden.read(BinaryHkrGoldenTest.class, "transport.json")
                .get("hkr_plan")
                .elements();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matchesGoldenValues(Golden golden) {
        BinaryHkr loss = loss(golden);
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            double[] f = golden.get("logits").values();
            INDArray logits = Tensors.of(type, f, f.length, 1);
            INDArray labels = golden.get("labels").array(type);

            LossResult result = loss.evaluate(logits, labels);

            double tolerance = Tolerances.golden(type);
            ArrayAssertions.assertClose(
                    new double[] {result.value()},
                    new double[] {golden.get("value").number()},
                    tolerance);
            ArrayAssertions.assertClose(
                    Tensors.toDoubles(result.gradient()), golden.get("gradient").values(), tolerance);
            if (golden.get("extra").has("kr")) {
                BinaryHkr.Parts parts = loss.parts(logits, labels);
                Golden extra = golden.get("extra");
                ArrayAssertions.assertClose(
                        new double[] {-parts.kr(), parts.hinge()},
                        new double[] {
                            extra.get("kr").number(), extra.get("hinge").number()
                        },
                        tolerance);
            }
        }
    }

    private static BinaryHkr loss(Golden golden) {
        Golden parameters = golden.get("params");
        String family = golden.get("family").text();
        double lambda = parameters.has("lambda")
                ? parameters.get("lambda").number()
                : family.startsWith("hinge") ? Double.POSITIVE_INFINITY : 0;
        double margin = parameters.has("margin") ? parameters.get("margin").number() : 1;
        BinaryHkr loss = new BinaryHkr(lambda, margin);
        if (family.endsWith("_joint")) {
            loss = loss.withWeighting(KrWeighting.PRIOR_WEIGHTED);
        }
        return parameters.has("prior_positive")
                ? loss.withPriors(
                        ClassPriors.binary(parameters.get("prior_positive").number()))
                : loss;
    }

    @ParameterizedTest
    @MethodSource("published")
    void matchesPublishedValues(Golden golden) {
        Golden parameters = golden.get("params");
        String quantity = golden.get("quantity").text();
        double lambda = parameters.has("lambda")
                ? parameters.get("lambda").number()
                : quantity.startsWith("hinge") ? Double.POSITIVE_INFINITY : 0;
        double margin = parameters.has("margin") ? parameters.get("margin").number() : 1;
        INDArray logits = golden.get("logits").array(DataType.DOUBLE);

        double value = new BinaryHkr(lambda, margin)
                .evaluate(logits, golden.get("labels").array(DataType.DOUBLE))
                .value();

        double sign = quantity.startsWith("kr") ? -1 : 1;
        double scale = golden.get("scale").number();
        String reduction = golden.get("reduction").text();
        double expected = reduction.equals("none")
                ? Arrays.stream(golden.get("value").values()).average().orElseThrow()
                : golden.get("value").number() / (reduction.equals("sum") ? logits.length() : 1);
        assertThat(sign * scale * value).isCloseTo(expected, within(F64_GOLDEN));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void reachesTheOptimalTransportAtItsPotentialAndNowhereGoesBelow(Golden plan) {
        Golden points = Golden.read(BinaryHkrGoldenTest.class, "transport.json").get("hkr_points");
        double[] x = points.get("x").values();
        double[] z = points.get("z").values();
        BinaryHkr loss =
                new BinaryHkr(plan.get("lambda").number(), plan.get("margin").number());
        INDArray labels = Arrays2D.column(DoubleStream.concat(
                        DoubleStream.generate(() -> 1).limit(x.length / 2),
                        DoubleStream.generate(() -> -1).limit(z.length / 2))
                .toArray());
        INDArray potential = Arrays2D.column(DoubleStream.concat(
                        Arrays.stream(plan.get("potential_x").values()),
                        Arrays.stream(plan.get("potential_z").values()))
                .toArray());
        double minimum = plan.get("loss_minimum").number();

        assertThat(loss.evaluate(potential, labels).value()).isCloseTo(minimum, within(F64_GOLDEN));
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 50; i++) {
            INDArray slopeOne = Arrays2D.column(distances(
                    DoubleStream.concat(Arrays.stream(x), Arrays.stream(z)).toArray(), random));
            assertThat(loss.evaluate(slopeOne, labels).value()).isGreaterThan(minimum - F64_REORDERED);
            assertThat(loss.parts(slopeOne, labels).kr())
                    .isLessThan(points.get("w1").number() + F64_REORDERED);
        }
    }

    /** A 1-Lipschitz function at points of the plane: distance to a random centre, shifted and signed at random. */
    private static double[] distances(double[] points, SplittableRandom random) {
        double centreX = 4 * random.nextGaussian();
        double centreY = 4 * random.nextGaussian();
        double shift = random.nextGaussian();
        double sign = random.nextBoolean() ? 1 : -1;
        double[] values = new double[points.length / 2];
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.hypot(points[2 * i] - centreX, points[2 * i + 1] - centreY);
            mean += values[i] / values.length;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = sign * (values[i] - mean) + shift;
        }
        return values;
    }
}
