package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong(5);

    @Test
    void writesALineEveryTenSecondsWhereThereIsNoTerminal() {
        WorkProgress progress = new WorkProgress("attack", stream, 0, new StopSignal(), clock::get);
        for (int done = 0; done <= 10; done++) {
            progress.advance(done, 10);
            clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
        }
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "attack: 30 %, about 28 s left",
                        "attack: 60 %, about 16 s left", "attack: 90 %, about 4 s left");
    }

    @Test
    void drawsABarOnATerminal() {
        try (WorkProgress progress = new WorkProgress("attack", stream, 80, new StopSignal(), clock::get)) {
            progress.advance(3, 10);
            progress.advance(10, 10);
        }
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("attack", "100%", "10/10");
    }

    @Test
    void endsTheWorkWhenTheUserWantsIt() {
        StopSignal stop = new StopSignal();
        WorkProgress progress = new WorkProgress("attack", stream, 0, stop, clock::get);
        progress.advance(1, 10);
        stop.raise();
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> progress.advance(2, 10)).isInstanceOf(StoppedException.class);
    }
}
