package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.LearnableScalar;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.LossResult;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingSettings;
import java.util.List;
import java.util.concurrent.Executor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** A training run with everything that a stored state must hold: every way of keeping weights, running arrays, a learned margin. */
final class StoredRuns {
    static final int EPOCHS = 3;
    static final int STEPS_PER_EPOCH = 4;

    private StoredRuns() {}

    static Architecture architecture() {
        return Architecture.builder(Shape.of(5, 4, 1))
                .add("kept", new SpectralConv2D(4, 3).withConstraint(SpectralOrthogonal.kept()))
                .add("centering", new BatchCentering(0.3))
                .add("sort", new GroupSort2())
                .add(
                        "rebased",
                        new SpectralConv2D(4, 2, 2, Padding.VALID).withScaling(ConvolutionScaling.OPERATOR_NORM))
                .add(
                        "block",
                        new LipschitzResidual(
                                List.of(new SpectralConv2D(4, 1), new BatchCentering()),
                                List.of(),
                                LipschitzResidual.Mix.LEARNED))
                .add("flat", new Flatten())
                .add("scaled", new SpectralDense(6).withLipschitz(1.5))
                .add("heads", new UnitNormDense(3))
                .build();
    }

    static LabelledData data() {
        INDArray features = gaussian(DataType.FLOAT, 5, 46, 5, 4, 1);
        double[] labels = new double[46];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        return LabelledData.of(features, Tensors.of(DataType.FLOAT, labels, 46, 1));
    }

    static Trainer trainer(
            Network network, Loss loss, IUpdater updater, Executor executor, TrainingListener... listeners) {
        TrainingSettings settings = new TrainingSettings(EPOCHS, 12, 5, 3);
        return new Trainer(network, loss, updater, settings, new Workers(executor, 2), listeners);
    }

    static Network network() {
        return Network.initialize(architecture(), DataType.FLOAT, 11);
    }

    /** Pulls each sample's own logit up to a margin that is learned. */
    static final class LearnedMargin implements Loss {
        private final LearnableScalar margin = new LearnableScalar("margin", 0.5, 0.01, 0.05);

        @Override
        public LossResult evaluate(INDArray logits, INDArray labels) {
            double[] values = Tensors.toDoubles(logits);
            double[] classes = Tensors.toDoubles(labels);
            double[] gradient = new double[values.length];
            double loss = 0;
            double slope = 0;
            double[] perSample = new double[classes.length];
            int outputs = (int) logits.size(1);
            for (int i = 0; i < classes.length; i++) {
                int own = i * outputs + (int) classes[i];
                double left = margin.value() - values[own];
                if (left > 0) {
                    perSample[i] = left * left;
                    loss += left * left;
                    gradient[own] = -2 * left / classes.length;
                    slope += 2 * left / classes.length;
                }
            }
            return new LossResult(
                    loss / classes.length,
                    Tensors.of(logits.dataType(), gradient, logits.shape()),
                    perSample,
                    new double[] {slope - 0.4});
        }

        @Override
        public List<LearnableScalar> scalars() {
            return List.of(margin);
        }

        @Override
        public String describe() {
            return "LearnedMargin";
        }
    }
}
