package io.github.otnn.loss;

import static io.github.otnn.core.testing.Tolerances.F64_GOLDEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.LossResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every reference value of every family; a family without a loss fails. */
class LossGoldenTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    static Stream<Golden> cases() {
        return file().get("cases").elements();
    }

    static Stream<Golden> published() {
        return file().get("published").elements();
    }

    private static Golden file() {
        return Golden.read(LossGoldenTest.class, "losses.json");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void matchesGoldenValues(Golden golden) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            INDArray logits = matrix(golden.get("logits"), type);
            INDArray labels = golden.get("labels").array(type);
            NamedLoss loss = loss(golden);

            LossResult result = evaluate(loss, golden.get("params"), logits, labels);

            double tolerance = Tolerances.golden(type);
            assertNumber(result.value(), golden.get("value"), tolerance);
            ArrayAssertions.assertClose(
                    Tensors.toDoubles(result.gradient()), golden.get("gradient").values(), tolerance);
            Golden extra = golden.get("extra");
            if (extra.has("per_sample")) {
                ArrayAssertions.assertClose(
                        result.perSample(), extra.get("per_sample").values(), tolerance);
            }
            if (extra.has("margin_gradient")) {
                ArrayAssertions.assertClose(result.scalarGradients(), numbers(extra.get("margin_gradient")), tolerance);
            }
            if (extra.has("fraction_inside_margin") && !golden.toString().contains("stationary")) {
                assertNumber(fractionInside(loss, labels), extra.get("fraction_inside_margin"), tolerance);
            }
        }
    }

    private static LossResult evaluate(NamedLoss loss, Golden parameters, INDArray logits, INDArray labels) {
        if (!(loss instanceof AutoMarginLoss auto)) {
            return loss.evaluate(logits, labels);
        }
        double[] margins = numbers(parameters.get(parameters.has("margins") ? "margins" : "margin"));
        if (Arrays.stream(margins).anyMatch(margin -> margin < auto.autoMargin().floor())) {
            return ((AutoMarginHkr) loss).evaluateAt(logits, labels, margins);
        }
        for (int i = 0; i < margins.length; i++) {
            LearnableScalar scalar = loss.scalars().get(i);
            scalar.restore(margins[i]);
        }
        return loss.evaluate(logits, labels);
    }

    /** Share of all samples of the last batch. */
    private static double fractionInside(NamedLoss loss, INDArray labels) {
        double[] fractions = ((AutoMarginLoss) loss).fractionInside();
        if (fractions.length == 1) {
            return fractions[0];
        }
        double[] classes = Tensors.toDoubles(labels);
        return Arrays.stream(classes).map(y -> fractions[(int) y]).average().orElseThrow();
    }

    private static NamedLoss loss(Golden golden) {
        Golden given = golden.get("params");
        double lambda = given.has("lambda") ? given.get("lambda").number() : INFINITE;
        double margin = given.has("margin") ? given.get("margin").number() : 1;
        String family = golden.get("family").text();
        if (family.startsWith("auto_margin") || family.startsWith("soft_hinge") || family.equals("soft_hkr_v1")) {
            return learnable(golden, family, lambda);
        }
        ClassPriors priors = given.has("priors")
                ? ClassPriors.of(given.get("priors").values())
                : given.has("prior_positive")
                        ? ClassPriors.binary(given.get("prior_positive").number())
                        : ClassPriors.uniform();
        return switch (family) {
            case "kr_binary" -> new BinaryHkr(0, 1);
            case "kr_binary_joint" -> new BinaryHkr(0, 1).withWeighting(KrWeighting.PRIOR_WEIGHTED);
            case "hinge_binary", "hkr_binary", "hkr_binary_balanced" ->
                new BinaryHkr(lambda, margin).withPriors(priors);
            case "hkr_binary_joint" -> new BinaryHkr(lambda, margin).withWeighting(KrWeighting.PRIOR_WEIGHTED);
            case "hkr_ova" -> new OneVsAllHkr(lambda, margin);
            case "hkr_ova_weighted" -> new DeelMulticlassHkr(lambda, margin);
            case "soft_hkr", "soft_hkr_balanced" ->
                new SoftmaxHkr(lambda, margin, given.get("temperature").number(), priors);
            case "lse_hkr" ->
                new LseHkr(
                        lambda,
                        margin,
                        given.get("temperature").number(),
                        given.get("penalty").number());
            case "tau_cross_entropy" -> new TauCrossEntropy(given.get("tau").number());
            case "categorical_hinge" -> new CategoricalHinge(margin);
            case "multi_margin" -> new MultiMargin(margin);
            case "multilabel_hkr" -> new MultilabelHkr(new BinaryHkr(lambda, margin));
            case "tau_binary_cross_entropy" ->
                new TauBinaryCrossEntropy(given.get("tau").number());
            default -> throw new AssertionError("no loss for the golden family " + family);
        };
    }

    private static NamedLoss learnable(Golden golden, String family, double lambda) {
        Golden given = golden.get("params");
        AutoMargin settings = AutoMargin.of(given.get("alpha").number()).withLambda(lambda);
        ClassPriors priors = given.has("prior_positive")
                ? ClassPriors.binary(given.get("prior_positive").number())
                : ClassPriors.uniform();
        long[] shape = golden.get("logits").shape();
        int outputs = shape.length == 1 ? 1 : (int) shape[1];
        return switch (family) {
            case "auto_margin_hkr", "auto_margin_hkr_balanced" ->
                new AutoMarginHkr(settings, MarginSharing.SHARED, priors);
            case "auto_margin_hkr_per_class", "auto_margin_hkr_per_class_balanced" ->
                new AutoMarginHkr(settings, MarginSharing.PER_CLASS, priors);
            case "auto_margin_ova" -> new AutoMarginOneVsAll(settings, outputs);
            case "auto_margin_multilabel" -> new AutoMarginMultilabel(settings, outputs);
            case "auto_margin_multilabel_balanced" ->
                new AutoMarginMultilabel(
                        settings,
                        Arrays.stream(given.get("priors_positive").values())
                                .mapToObj(ClassPriors::binary)
                                .toList());
            case "soft_hinge_v1", "soft_hkr_v1" -> new SoftHingeHkr(settings, outputs);
            default -> throw new AssertionError("no loss for the golden family " + family);
        };
    }

    @ParameterizedTest
    @MethodSource("published")
    void matchesPublishedValues(Golden golden) {
        INDArray logits = golden.get("logits").array(DataType.DOUBLE);
        int outputs = (int) logits.size(1);
        String quantity = golden.get("quantity").text();

        LossResult result = publishedLoss(quantity, golden.get("params"), outputs)
                .evaluate(logits, golden.get("labels").array(DataType.DOUBLE));

        double scale = golden.get("scale").number() * publishedScale(quantity, outputs);
        String reduction = golden.get("reduction").text();
        double[] theirs = numbers(golden.get("value"));
        if (reduction.equals("none") && result.perSample() != null) {
            double[] ours =
                    Arrays.stream(result.perSample()).map(each -> scale * each).toArray();
            ArrayAssertions.assertClose(ours, theirs, F64_GOLDEN);
        } else {
            // our value is the mean, which is all there is where the loss is no mean over samples
            double mean = reduction.equals("sum")
                    ? theirs[0] / logits.size(0)
                    : Arrays.stream(theirs).average().orElseThrow();
            ArrayAssertions.assertClose(new double[] {scale * result.value()}, new double[] {mean}, F64_GOLDEN);
        }
        double[] printed = numbers(golden.get("printed"));
        for (int i = 0; i < printed.length; i++) {
            assertThat(Math.abs(theirs[i] - printed[i]))
                    .isLessThanOrEqualTo(golden.get("printed_tolerance").number());
        }
    }

    private static NamedLoss publishedLoss(String quantity, Golden given, int outputs) {
        double lambda = given.has("lambda") ? given.get("lambda").number() : INFINITE;
        double margin = given.has("margin") ? given.get("margin").number() : 1;
        return switch (quantity) {
            case "kr_per_sample" -> outputs == 1 ? new BinaryHkr(0, 1) : new OneVsAllHkr(0, 1);
            case "hinge_per_sample", "hkr_per_sample" -> new BinaryHkr(lambda, margin);
            case "weighted_hinge_per_sample", "weighted_hkr_per_sample" -> new DeelMulticlassHkr(lambda, margin);
            case "tau_bce_per_sample" ->
                new TauBinaryCrossEntropy(given.get("tau").number());
            case "tau_ce_per_sample" -> new TauCrossEntropy(given.get("tau").number());
            case "soft_per_sample" ->
                new SoftmaxHkr(lambda, margin, given.get("temperature").number());
            case "lse_per_sample" ->
                new LseHkr(
                        lambda,
                        margin,
                        given.get("temperature").number(),
                        given.get("penalty").number());
            case "multi_margin_per_sample" -> new MultiMargin(margin);
            case "categorical_hinge_per_sample" -> new CategoricalHinge(margin);
            default -> throw new AssertionError("no loss for the published quantity " + quantity);
        };
    }

    /** The published KR is to be maximised, and a mean over classes. */
    private static double publishedScale(String quantity, int outputs) {
        return quantity.equals("kr_per_sample") ? -1.0 / outputs : 1;
    }

    static Stream<Golden> adaptive() {
        return file().get("adaptive_temperature").elements();
    }

    @ParameterizedTest
    @MethodSource("adaptive")
    void adaptiveTemperatureFollowsTheReferenceCalls(Golden golden) {
        Golden given = golden.get("params");
        List<Golden> calls = golden.get("calls").elements().toList();
        AdaptiveSoftmaxHkr loss = new AdaptiveSoftmaxHkr(
                given.get("lambda").number(),
                given.get("margin").number(),
                given.get("temperature0").number());
        INDArray labels = golden.get("labels").array(DataType.DOUBLE);
        assertThat(calls).isNotEmpty();
        for (Golden call : calls) {
            INDArray logits = call.get("logits").array(DataType.DOUBLE);
            assertNumber(loss.temperature(logits), call.get("temperature"), F64_GOLDEN);

            LossResult result = loss.train(logits, labels);

            assertNumber(result.value(), call.get("value"), F64_GOLDEN);
            ArrayAssertions.assertClose(result.gradient(), call.get("gradient"), F64_GOLDEN);
            assertNumber(loss.runningMean(), call.get("running_mean_after"), F64_GOLDEN);
        }
    }

    @Test
    void optimalMarginsGiveTheReferenceMinimum() {
        file().get("optimal_margin").elements().forEach(golden -> {
            double alpha = golden.get("alpha").number();
            INDArray z = Arrays2D.column(golden.get("z").values());
            INDArray positive = Arrays2D.column(
                    Arrays.stream(golden.get("z").values()).map(any -> 1).toArray());
            AutoMarginHkr loss = new AutoMarginHkr(AutoMargin.of(alpha).withLambda(INFINITE), MarginSharing.SHARED);
            for (String bound : new String[] {"margin_low", "margin_high"}) {
                LossResult result =
                        loss.evaluateAt(z, positive, golden.get(bound).number());

                assertNumber(result.value(), golden.get("minimum"), F64_GOLDEN);
            }
        });
    }

    private static INDArray matrix(Golden golden, DataType type) {
        long[] shape = golden.shape();
        return Tensors.of(type, golden.values(), shape[0], shape.length == 1 ? 1 : shape[1]);
    }

    private static double[] numbers(Golden golden) {
        return golden.node().isNumber() ? new double[] {golden.number()} : golden.values();
    }

    private static void assertNumber(double actual, Golden expected, double tolerance) {
        ArrayAssertions.assertClose(new double[] {actual}, new double[] {expected.number()}, tolerance);
    }
}
