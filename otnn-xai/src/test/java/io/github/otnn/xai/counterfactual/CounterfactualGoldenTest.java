package io.github.otnn.xai.counterfactual;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CounterfactualGoldenTest {
    private static final Golden GOLDEN = Golden.read(CounterfactualGoldenTest.class, "network.json");

    private final SampleFunction network = ReferenceNetwork.of(GOLDEN);
    private final INDArray images = GOLDEN.get("inputs").array(DataType.DOUBLE);

    @Test
    void faithfulStepsMatchGoldenValues() {
        Golden expected = GOLDEN.get("counterfactuals");
        checkGolden(
                TransportCounterfactual.faithful(expected.get("t").values()).withBatchSize(2),
                Score.logit(0),
                expected.get("plain"),
                "f");
    }

    @Test
    void normalisedStepsMatchGoldenValues() {
        Golden expected = GOLDEN.get("counterfactuals");
        checkGolden(
                TransportCounterfactual.normalised(expected.get("t").values()).withBatchSize(2),
                Score.logit(0),
                expected.get("normalized"),
                "f");
    }

    @Test
    void targetedStepsMatchGoldenValues() {
        Golden expected = GOLDEN.get("targeted");
        checkGolden(
                TransportCounterfactual.faithful(expected.get("t").values()).withBatchSize(2),
                Score.logit(expected.get("target").integers()),
                expected,
                "logits");
    }

    @Test
    void pairwiseStepsMatchGoldenValues() {
        Golden expected = GOLDEN.get("pairwise");
        checkGolden(
                TransportCounterfactual.normalised(expected.get("t").values()).withBatchSize(2),
                pair(),
                expected,
                "logits");
    }

    @Test
    void repeatedUnitStepsMatchGoldenNewtonPoints() {
        Golden expected = GOLDEN.get("pairwise");
        double[] points = expected.get("newton_points").values();
        double[] gaps = expected.get("newton_gaps").values();
        TransportCounterfactual unit = TransportCounterfactual.normalised(1).withBatchSize(2);
        INDArray at = images;
        for (int step = 0; step < 3; step++) {
            Counterfactuals result = unit.explain(network, at, pair());
            at = result.points(0);
            assertClose(Tensors.toDoubles(at), part(points, step, 3), Tolerances.F64_GOLDEN);
            assertClose(result.after().get(0).scores(), part(gaps, step, 3), Tolerances.F64_GOLDEN);
        }
    }

    private void checkGolden(TransportCounterfactual settings, Score score, Golden expected, String after) {
        Counterfactuals result = settings.explain(network, images, score);
        assertClose(result.points(), expected.get("points"), Tolerances.F64_GOLDEN);
        double[] values = expected.get(after).values();
        int times = settings.times().size();
        for (int t = 0; t < times; t++) {
            ScoredFunction.Values got = result.after().get(t);
            double[] flat = after.equals("f")
                    ? got.scores()
                    : Arrays.stream(got.logits())
                            .flatMapToDouble(Arrays::stream)
                            .toArray();
            assertClose(flat, part(values, t, times), Tolerances.F64_GOLDEN);
            if (expected.has("distance")) {
                double[] distances = part(expected.get("distance").values(), t, times);
                assertClose(result.distances()[t], distances, Tolerances.F64_GOLDEN);
            }
        }
    }

    private static Score pair() {
        Golden pairwise = GOLDEN.get("pairwise");
        return Score.pair(
                pairwise.get("label").integers(), pairwise.get("target").integers());
    }

    private static double[] part(double[] values, int index, int parts) {
        int length = values.length / parts;
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }
}
