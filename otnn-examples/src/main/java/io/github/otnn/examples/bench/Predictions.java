package io.github.otnn.examples.bench;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Calls of a condensed network. */
final class Predictions {
    private Predictions() {}

    /** Outputs of a batch; any number of threads may run it. */
    static Work forward(Variant variant, BenchmarkNetwork network, int batch, int workers) {
        if (variant == Variant.FLOOR) {
            OperatorFloor floor = new OperatorFloor(variant.of(network), batch, workers);
            return Work.of(floor::forward, floor::close);
        }
        CondensedNetwork condensed = BenchmarkNetwork.condensed(variant.of(network));
        INDArray samples = network.samples(batch, 0);
        LentThreads threads = new LentThreads(workers);
        return Work.of(() -> condensed.predict(samples, threads.workers()).close(), threads::close);
    }

    /** Outputs of a batch, and the gradient of each sample's first logit with respect to the sample. */
    static Work withInputGradient(Variant variant, BenchmarkNetwork network, int batch, int workers) {
        if (variant == Variant.FLOOR) {
            OperatorFloor floor = new OperatorFloor(variant.of(network), batch, workers);
            return Work.of(floor::inputGradient, floor::close);
        }
        CondensedNetwork condensed = BenchmarkNetwork.condensed(variant.of(network));
        INDArray samples = network.samples(batch, 0);
        LentThreads threads = new LentThreads(workers);
        int parts = Math.min(workers, batch);
        return Work.of(
                () -> threads.workers().each(worker -> {
                    if (worker < parts) {
                        long from = (long) batch * worker / parts;
                        long to = (long) batch * (worker + 1) / parts;
                        firstLogitGradient(condensed, Tensors.rows(samples, from, to), network.outputs());
                    }
                }),
                threads::close);
    }

    /** Forward, and the gradient of each sample's first logit. */
    static void firstLogitGradient(Differentiable function, INDArray samples, int outputs) {
        float[] cotangent = new float[Math.toIntExact(samples.size(0) * outputs)];
        for (int i = 0; i < cotangent.length; i += outputs) {
            cotangent[i] = 1;
        }
        try (Pass pass = function.evaluate(samples);
                INDArray array = Tensors.of(cotangent, samples.size(0), outputs)) {
            pass.inputGradient(array).close();
            pass.output().close();
        }
    }
}
