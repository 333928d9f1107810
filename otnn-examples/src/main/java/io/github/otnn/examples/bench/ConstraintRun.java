package io.github.otnn.examples.bench;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The constrained weights of a network without the network: projected, moved a little, projected again. */
final class ConstraintRun implements AutoCloseable {
    /** How far a weight moves between projections; about what a step of Adam at rate 1e-3 does. */
    private static final double MOVE = 1e-3;

    private final LentThreads threads;
    private final List<Weight> largestFirst;
    private double direction = 1;

    ConstraintRun(Architecture architecture, int workers) {
        threads = new LentThreads(workers);
        SplittableRandom random = new SplittableRandom(BenchmarkNetwork.seed());
        List<Weight> weights = new ArrayList<>();
        for (Architecture.Stage stage : architecture.stages()) {
            for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
                if (spec.parametrization() != Parametrization.none()) {
                    weights.add(new Weight(spec, random.split()));
                }
            }
        }
        largestFirst = weights.stream()
                .sorted(Comparator.comparingLong((Weight weight) -> -weight.raw.length()))
                .toList();
        project();
    }

    /** Moves the raw weights, as an optimiser would. */
    void move() {
        direction = -direction;
        largestFirst.forEach(weight -> weight.move(direction));
    }

    /** Raw to effective weights. */
    void project() {
        each(Weight::project);
    }

    /** Gradients of effective weights to gradients of raw ones. */
    void pullBack() {
        each(Weight::pullBack);
    }

    private void each(Consumer<Weight> task) {
        AtomicInteger next = new AtomicInteger();
        threads.workers().each(worker -> {
            for (int i = next.getAndIncrement(); i < largestFirst.size(); i = next.getAndIncrement()) {
                task.accept(largestFirst.get(i));
            }
        });
    }

    @Override
    public void close() {
        threads.close();
    }

    private static final class Weight {
        private final Projection projection;
        private final INDArray raw;
        private final INDArray effective;
        private final INDArray effectiveGradient;
        private final INDArray rawGradient;
        private final INDArray step;

        Weight(ParameterSpec spec, SplittableRandom random) {
            Shape shape = spec.rawShape();
            projection = spec.parametrization().bind(spec.shape(), DataType.FLOAT);
            raw = Tensors.of(DataType.FLOAT, spec.initializer().values(shape, random.split()), shape.sizes());
            effective = OperatorFloor.result(spec.shape().sizes());
            effectiveGradient = OperatorFloor.noise(spec.shape().sizes());
            rawGradient = OperatorFloor.result(shape.sizes());
            step = OperatorFloor.noise(shape.sizes()).muli(2 * MOVE);
        }

        void move(double direction) {
            if (direction > 0) {
                raw.addi(step);
            } else {
                raw.subi(step);
            }
        }

        void project() {
            projection.project(raw, effective);
        }

        void pullBack() {
            projection.pullback(raw, effectiveGradient, rawGradient);
        }
    }
}
