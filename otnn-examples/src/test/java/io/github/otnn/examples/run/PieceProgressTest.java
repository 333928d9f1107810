package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PieceProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void showsALineForEachPieceWithoutATerminal() {
        try (PieceProgress progress = new PieceProgress("measuring", 2, stream, 0)) {
            progress.done("Saliency");
            progress.done("RISE");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("measuring: 1 of 2, Saliency, 0 s, about 0 s left", "measuring: 2 of 2, RISE, 0 s");
    }

    @Test
    void showsABarOfTheTerminalsWidth() {
        try (PieceProgress progress = new PieceProgress("measuring", 2, stream, 100)) {
            progress.done("Saliency");
            progress.done("RISE");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("measuring", "100%", "2/2");
    }
}
