package io.github.otnn.xai.attribution;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One of the two functions of {@code attributions.json} with its inputs in one type. */
record GoldenCase(Golden maps, Differentiable function, INDArray inputs, Score score, double tolerance) {
    static final Golden MODEL = Golden.read(GoldenCase.class, "network.json");
    static final Golden MAPS = Golden.read(GoldenCase.class, "attributions.json");

    static GoldenCase of(String block, DataType type) {
        Golden maps = MAPS.get(block);
        double tolerance = type == DataType.DOUBLE ? 1e-10 : 1e-5;
        if (block.equals("network")) {
            return new GoldenCase(
                    maps,
                    ReferenceNetwork.of(MODEL),
                    MODEL.get("inputs").array(type),
                    Score.logit(maps.get("targets").integers()),
                    tolerance);
        }
        Differentiable affine = SampleFunction.affine(
                maps.get("weight").values(), maps.get("bias").number());
        return new GoldenCase(maps, affine, maps.get("inputs").array(type), Score.binary(), tolerance);
    }

    void check(Attribution method, Golden expected) {
        INDArray maps = method.explain(function, inputs, score);
        assertThat(maps.dataType()).isEqualTo(inputs.dataType());
        assertClose(maps, expected, tolerance);
    }
}
