package io.github.otnn.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.DrawnDigits;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Network;
import io.github.otnn.examples.run.PieceProgress;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.examples.run.StoppedException;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.Flatten;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class EvaluationTest {
    private static final LabelledData IMAGES = DrawnDigits.sample(1, 1, 5);

    @Test
    void endsAsSoonAsTheUserWantsThat() {
        StopSignal stop = new StopSignal();
        stop.raise();
        // the signal interrupts this thread too
        Thread.interrupted();
        assertThatExceptionOfType(StoppedException.class)
                .isThrownBy(() -> run(Plan.of(List.of(Method.SALIENCY, Method.RISE), 10, 1), stop));
    }

    @Test
    void gradCamNeedsAConvolution() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Plan.of(List.of(Method.GRAD_CAM), 10, 1), new StopSignal()))
                .withMessage("GradCAM looks behind the last layer whose name begins with 'conv'; this network has none:"
                        + " leave GradCAM out with --methods");
    }

    private static void run(Plan plan, StopSignal stop) throws InterruptedException {
        Architecture linear = Architecture.builder(Shape.of(28, 28, 1))
                .add("flat", new Flatten())
                .add("head", new Dense(10))
                .build();
        ModelFile model =
                ModelFile.of(Network.initialize(linear, DataType.FLOAT, 1).condense(), ModelDescription.none());
        PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        try (PieceProgress progress = new PieceProgress("test", 2, stream, 0)) {
            new Evaluation(plan, IMAGES, 2, stop).run(List.of(new Twin(1, Kind.OTNN, model)), progress);
        }
    }
}
