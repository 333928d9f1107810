package io.github.otnn.examples.bench;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The bare convolutions and matrix products of a network, layer by layer, from and into memory that is there already: no bias,
 * no activation, no pooling, no loss, no constraint. The limit that no network on these operations can go below. The batch is
 * split over the workers as in training, each with arrays of its own.
 */
final class OperatorFloor implements AutoCloseable {
    private final LentThreads threads;
    private final List<List<BareLayer>> shards = new ArrayList<>();

    OperatorFloor(Architecture architecture, int batch, int workers) {
        int count = Math.min(workers, batch);
        threads = new LentThreads(count);
        for (int worker = 0; worker < count; worker++) {
            long from = (long) batch * worker / count;
            long to = (long) batch * (worker + 1) / count;
            shards.add(layers(architecture, to - from));
        }
    }

    private static List<BareLayer> layers(Architecture architecture, long samples) {
        List<BareLayer> layers = new ArrayList<>();
        for (Architecture.Stage stage : architecture.stages()) {
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                BareLayer before = layers.isEmpty() ? null : layers.get(layers.size() - 1);
                if (spec.shape().rank() == 4) {
                    layers.add(new BareConvolution(stage, spec.shape(), samples, before));
                } else if (spec.shape().rank() == 2) {
                    layers.add(new BareProduct(spec.shape(), samples, before));
                }
            }
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("operator floor: expected convolutions or dense layers, got none");
        }
        return layers;
    }

    /** Outputs of all layers. */
    void forward() {
        threads.workers().each(worker -> forward(shards.get(worker)));
    }

    /** Outputs, then gradients of all weights and of all inputs but the first. */
    void trainingStep() {
        threads.workers().each(worker -> {
            forward(shards.get(worker));
            backward(shards.get(worker), BareLayer::gradients);
        });
    }

    /** Outputs, then gradients of all inputs and of no weights. */
    void inputGradient() {
        threads.workers().each(worker -> {
            forward(shards.get(worker));
            backward(shards.get(worker), BareLayer::inputGradient);
        });
    }

    private static void forward(List<BareLayer> layers) {
        layers.forEach(BareLayer::forward);
    }

    private static void backward(List<BareLayer> layers, Consumer<BareLayer> step) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            step.accept(layers.get(i));
        }
    }

    @Override
    public void close() {
        threads.close();
    }

    /** Random values around 0. */
    static INDArray noise(long... shape) {
        return BenchmarkNetwork.uniform(BenchmarkNetwork.seed(), shape).subi(0.5);
    }

    /** Random weights that leave the size of what goes through them about as it is, so that no value overflows or vanishes. */
    static INDArray weight(Shape shape) {
        double terms = (double) shape.length() / shape.channels();
        return noise(shape.sizes()).muli(Math.sqrt(12 / terms));
    }

    /** Memory for a result. */
    static INDArray result(long... shape) {
        return Tensors.zeros(DataType.FLOAT, shape);
    }
}
