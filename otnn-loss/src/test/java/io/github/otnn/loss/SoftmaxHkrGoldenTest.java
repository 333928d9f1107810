package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_GOLDEN;

import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reference values, and the values that deel-torchlip publishes for the temperatures of its calls. */
class SoftmaxHkrGoldenTest {
    static Stream<Golden> cases() {
        return Golden.read(SoftmaxHkrGoldenTest.class, "losses.json")
                .get("cases")
                .elements()
                .filter(each -> {
                    String family = each.get("family").text();
                    return family.equals("soft_hkr") || family.equals("soft_hkr_balanced");
                });
    }

    static Stream<Golden> published() {
        return Golden.read(SoftmaxHkrGoldenTest.class, "losses.json")
                .get("published")
                .elements()
                .filter(each -> each.get("quantity").text().equals("soft_per_sample"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matchesGoldenValues(Golden golden) {
        SoftmaxHkr loss = loss(golden.get("params"));
        INDArray labels = golden.get("labels").array(DataType.DOUBLE);
        Golden extra = golden.get("extra");
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            INDArray logits = golden.get("logits").array(type);

            LossResult result = loss.evaluate(logits, labels);

            double tolerance = Tolerances.golden(type);
            ArrayAssertions.assertClose(
                    new double[] {result.value()},
                    new double[] {golden.get("value").number()},
                    tolerance);
            ArrayAssertions.assertClose(result.gradient(), golden.get("gradient"), tolerance);
            ArrayAssertions.assertClose(
                    result.perSample(), extra.get("per_sample").values(), tolerance);
            double kr = with(loss, 0).evaluate(logits, labels).value();
            double hinge = with(loss, Double.POSITIVE_INFINITY)
                    .evaluate(logits, labels)
                    .value();
            ArrayAssertions.assertClose(
                    new double[] {kr, hinge},
                    new double[] {extra.get("kr").number(), extra.get("hinge").number()},
                    tolerance);
        }
    }

    private static SoftmaxHkr loss(Golden parameters) {
        SoftmaxHkr loss = new SoftmaxHkr(
                parameters.get("lambda").number(),
                parameters.get("margin").number(),
                parameters.get("temperature").number());
        return parameters.has("priors")
                ? loss.withPriors(ClassPriors.of(parameters.get("priors").values()))
                : loss;
    }

    private static SoftmaxHkr with(SoftmaxHkr loss, double lambda) {
        return new SoftmaxHkr(lambda, loss.margin(), loss.temperature(), loss.priors());
    }

    @ParameterizedTest
    @MethodSource("published")
    void matchesPublishedValues(Golden golden) {
        double scale = golden.get("scale").number();

        LossResult result = loss(golden.get("params"))
                .evaluate(
                        golden.get("logits").array(DataType.DOUBLE),
                        golden.get("labels").array(DataType.DOUBLE));

        double[] ours = golden.get("reduction").text().equals("none")
                ? Arrays.stream(result.perSample()).map(each -> scale * each).toArray()
                : new double[] {scale * result.value()};
        double[] theirs = golden.get("reduction").text().equals("none")
                ? golden.get("value").values()
                : new double[] {golden.get("value").number()};
        ArrayAssertions.assertClose(ours, theirs, F64_GOLDEN);
    }
}
