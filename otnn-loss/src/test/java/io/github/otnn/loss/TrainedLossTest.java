package io.github.otnn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.train.EpochRamp;
import io.github.otnn.core.train.Loss;
import io.github.otnn.core.train.Trainer;
import io.github.otnn.core.train.TrainingListener;
import io.github.otnn.core.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Losses in the hands of the trainer: a layer that only shifts is enough. */
class TrainedLossTest {
    private static final LabelledData DATA =
            LabelledData.of(AcceptanceData.LOGITS, AcceptanceData.LABELS, List.of(), DataType.DOUBLE);

    /** Adds a trainable vector. */
    private record Shift() implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public List<ParameterSpec> parameters(Shape input) {
            return List.of(ParameterSpec.bias(input.length()));
        }

        @Override
        public INDArray forward(INDArray input, LayerPass pass) {
            INDArray output = pass.output(input.shape());
            output.assign(input);
            return output.addiRowVector(pass.weight("bias"));
        }

        @Override
        public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
            INDArray gradient = pass.gradient("bias");
            gradient.assign(pass.accumulates() ? gradient.add(cotangent.sum(0)) : cotangent.sum(0));
            return cotangent;
        }

        @Override
        public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
            return LipschitzBound.of(1, "translation");
        }

        @Override
        public String describe(Shape input) {
            return "Shift";
        }
    }

    private static List<Double> epochLosses(Loss loss, double learningRate, TrainingSettings settings) {
        Network network = Network.initialize(Architecture.of(Shape.of(3), new Shift()), DataType.DOUBLE, 1);
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onEpoch(EpochEvent event) {
                losses.add(event.meanLoss());
            }
        };
        new Trainer(network, loss, new Sgd(learningRate), settings, listener).fit(DATA);
        return losses;
    }

    @Test
    void trainerTakesTheLossOfEachEpoch() {
        SoftmaxHkr base = new SoftmaxHkr(5, .1, 1);
        Loss scheduled = ScheduledLoss.along(EpochRamp.geometric(1, 10, 2), base::withTemperature);

        List<Double> losses = epochLosses(scheduled, 1e-300, TrainingSettings.of(4, 6, 1));

        double[] temperatures = {1, Math.sqrt(10), 10, 10};
        assertThat(losses).hasSize(4);
        for (int epoch = 0; epoch < 4; epoch++) {
            double expected = base.withTemperature(temperatures[epoch])
                    .evaluate(AcceptanceData.LOGITS, AcceptanceData.LABELS)
                    .value();
            assertThat(losses.get(epoch)).isCloseTo(expected, within(1e-10));
        }
    }

    @Test
    void trainerMovesTheRunningMeanOncePerStepWhateverTheMicroBatches() {
        AdaptiveSoftmaxHkr whole = new AdaptiveSoftmaxHkr(5, .1, 1);
        AdaptiveSoftmaxHkr parts = new AdaptiveSoftmaxHkr(5, .1, 1);
        AdaptiveSoftmaxHkr byHand = new AdaptiveSoftmaxHkr(5, .1, 1);

        epochLosses(whole, 1e-300, new TrainingSettings(3, 6, 6, 1));
        epochLosses(parts, 1e-300, new TrainingSettings(3, 6, 2, 1));
        for (int step = 0; step < 3; step++) {
            byHand.train(AcceptanceData.LOGITS, AcceptanceData.LABELS);
        }

        assertThat(whole.runningMean()).isGreaterThan(.21).isCloseTo(byHand.runningMean(), within(1e-12));
        assertThat(parts.runningMean()).isCloseTo(byHand.runningMean(), within(1e-12));
    }

    @Test
    void trainerMovesMarginsAndKeepsThemFromEpochToEpoch() {
        SoftHingeHkr loss = new SoftHingeHkr(AutoMargin.of(.5).withStart(2), 3);
        Loss scheduled = ScheduledLoss.along(EpochRamp.linear(1, 3, 2), loss::withLambda);

        epochLosses(scheduled, 1e-300, TrainingSettings.of(3, 6, 1));

        // all samples stay inside: each epoch's step is 3 * 0.005 * lambda * (1 - 0.5) * (3, 2, 1) / 6, lambda = 1, 2,
        // 3
        for (int k = 0; k < 3; k++) {
            double expected = 2 - 3 * .005 * (1 + 2 + 3) * .5 * (3 - k) / 6;
            assertThat(loss.scalars().get(k).value()).isCloseTo(expected, within(1e-12));
        }
    }
}
