package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The functions, inputs and maps of {@code metrics.json}. */
final class GoldenMetrics {
    static final Golden ALL = Golden.read(GoldenMetrics.class, "metrics.json");
    static final Golden FIXTURE = ALL.get("fixture16");

    private static final Golden MODEL = Golden.read(GoldenMetrics.class, "network.json");
    private static final Golden CURVES = ALL.get("deletion_insertion");

    private GoldenMetrics() {}

    static Differentiable network() {
        return ReferenceNetwork.of(MODEL);
    }

    static INDArray images(DataType type) {
        return MODEL.get("inputs").array(type);
    }

    static int[] targets() {
        return CURVES.get("targets").integers();
    }

    static Score logits() {
        return Score.logit(targets());
    }

    /** The affine function of 16 features. */
    static Differentiable fixture() {
        return SampleFunction.affine(
                FIXTURE.get("weight").values(), FIXTURE.get("bias").number());
    }

    /** Its sample, as an image of one channel. */
    static INDArray fixtureImage(DataType type) {
        return FIXTURE.get("x").array(type).reshape('c', 1, 4, 4, 1);
    }

    static Baseline baseline(String name, Golden block) {
        return name.equals("zero")
                ? Baseline.constant(0)
                : Baseline.sample(block.get("baseline_uniform").array(DataType.DOUBLE));
    }

    static double tolerance(DataType type) {
        return type == DataType.DOUBLE ? 1e-10 : 1e-5;
    }
}
