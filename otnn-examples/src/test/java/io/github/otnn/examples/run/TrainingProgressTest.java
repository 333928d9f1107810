package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.train.StepTimes;
import io.github.otnn.core.train.TrainingListener.BatchEvent;
import io.github.otnn.core.train.TrainingListener.EpochEvent;
import io.github.otnn.core.train.TrainingSummary;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);

    @Test
    void writesALineForEachEpochWhereThereIsNoTerminal() {
        run(new TrainingProgress("koch", stream, 0, new StopSignal()));
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "koch: 2 epochs of 3 steps",
                        "koch: epoch 1 of 2, loss 0.5000, 1 min 30 s, about 1 min 30 s left",
                        "koch: epoch 2 of 2, loss 0.2500, 1 min 30 s");
    }

    @Test
    void drawsABarWithTheLossOnATerminal() {
        run(new TrainingProgress("koch", stream, 100, new StopSignal()));
        String last = shown.toString(StandardCharsets.UTF_8).stripTrailing();
        last = last.substring(last.lastIndexOf('\r') + 1);
        assertThat(last).startsWith("koch").contains("100%", "6/6", "loss 0.1250");
        assertThat(last.length()).isLessThan(100);
    }

    @Test
    void endsTheRunWhenTheUserWantsIt() {
        StopSignal stop = new StopSignal();
        TrainingProgress progress = new TrainingProgress("koch", stream, 0, stop);
        assertThat(progress.shouldStop()).isFalse();
        stop.raise();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(progress.shouldStop()).isTrue();
    }

    private static void run(TrainingProgress progress) {
        progress.onStart(2, 3);
        for (int epoch = 0; epoch < 2; epoch++) {
            for (int step = 0; step < 3; step++) {
                progress.onBatch(new BatchEvent(epoch, step, 3, 0.125, StepTimes.ZERO));
            }
            progress.onEpoch(new EpochEvent(epoch, 2, 0.5 / (epoch + 1), 90, StepTimes.ZERO));
        }
        progress.onFinish(new TrainingSummary(2, 6, 6, false, 0.25, 180, StepTimes.ZERO));
    }
}
