package io.github.otnn.examples.bench;

import io.github.otnn.core.Pass;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Calls of a condensed network. */
final class Predictions {
    private Predictions() {}

    /** Outputs of a batch; any number of threads may run it. */
    static Work forward(Variant variant, BenchmarkNetwork network, int batch) {
        if (variant == Variant.FLOOR) {
            OperatorFloor floor = new OperatorFloor(variant.of(network), batch, 1);
            return floor::forward;
        }
        CondensedNetwork condensed = BenchmarkNetwork.condensed(variant.of(network));
        INDArray samples = network.samples(batch, 0);
        return () -> condensed.predict(samples).close();
    }

    /** Outputs of a batch, and the gradient of each sample's first logit with respect to the sample. */
    static Work withInputGradient(Variant variant, BenchmarkNetwork network, int batch) {
        if (variant == Variant.FLOOR) {
            OperatorFloor floor = new OperatorFloor(variant.of(network), batch, 1);
            return floor::inputGradient;
        }
        CondensedNetwork condensed = BenchmarkNetwork.condensed(variant.of(network));
        INDArray samples = network.samples(batch, 0);
        INDArray cotangent = Tensors.zeros(DataType.FLOAT, batch, network.outputs());
        for (int i = 0; i < batch; i++) {
            cotangent.putScalar(i, 0, 1);
        }
        return () -> {
            try (Pass pass = condensed.evaluate(samples)) {
                pass.inputGradient(cotangent).close();
                pass.output().close();
            }
        };
    }
}
