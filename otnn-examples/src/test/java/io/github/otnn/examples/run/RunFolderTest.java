package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Metrics NUMBERS = new Metrics().put("accuracy", 0.5, "share of right answers");
    private static final HtmlReport REPORT = new HtmlReport("Test", "A report.");

    private final StopSignal stop = new StopSignal();

    @TempDir
    private Path parent;

    @Test
    void showsResultsOnlyAfterPublishing() throws IOException {
        Path target = parent.resolve("out").resolve("koch");
        try (RunFolder folder = RunFolder.open(target, stop)) {
            Files.writeString(folder.file("boundary.csv"), "1,2");
            assertThat(visible(target)).isEmpty();
            folder.publish(NUMBERS, REPORT);
            assertThat(visible(target)).containsExactly("boundary.csv", "metrics.json", "report.html");
        }
        assertThat(everything(target)).containsExactly("boundary.csv", "metrics.json", "report.html");
        assertThat(target.resolve("metrics.json")).hasContent(NUMBERS.toJson());
        assertThat(target.resolve("report.html")).hasContent(REPORT.toHtml());
    }

    @Test
    void leavesNothingWhenNothingWasPublished() throws IOException {
        Path out = parent.resolve("out");
        try (RunFolder folder = RunFolder.open(out.resolve("koch"), stop)) {
            Files.writeString(folder.file("boundary.csv"), "1,2");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void keepsFoldersAndFilesThatItDidNotCreate() throws IOException {
        Path target = Files.createDirectory(parent.resolve("mine"));
        Files.writeString(target.resolve("notes.txt"), "mine");
        RunFolder.open(target, stop).close();
        assertThat(everything(target)).containsExactly("notes.txt");
        Path empty = Files.createDirectory(parent.resolve("empty"));
        RunFolder.open(empty, stop).close();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void failedRunKeepsResultsOfTheRunBefore() throws IOException {
        Path target = parent.resolve("koch");
        try (RunFolder folder = RunFolder.open(target, stop)) {
            folder.publish(NUMBERS, REPORT);
        }
        try (RunFolder folder = RunFolder.open(target, stop)) {
            Files.writeString(folder.file("metrics.json"), "half");
        }
        assertThat(target.resolve("metrics.json")).hasContent(NUMBERS.toJson());
    }

    @Test
    void newResultsReplaceOldOnes() throws IOException {
        Path target = parent.resolve("koch");
        for (double accuracy : new double[] {0.5, 0.75}) {
            try (RunFolder folder = RunFolder.open(target, stop)) {
                folder.publish(new Metrics().put("accuracy", accuracy, ""), REPORT);
            }
        }
        assertThat(target.resolve("metrics.json")).content().contains("0.75");
        assertThat(everything(target)).containsExactly("metrics.json", "report.html");
    }

    @Test
    void stoppedRunPublishesNothing() throws IOException {
        Path target = parent.resolve("koch");
        StopSignal raised = new StopSignal();
        try (RunFolder folder = RunFolder.open(target, raised)) {
            raised.raise();
            assertThatThrownBy(() -> folder.publish(NUMBERS, REPORT))
                    .isInstanceOf(StoppedException.class)
                    .hasMessageContaining("nothing was written");
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(target).doesNotExist();
    }

    @Test
    void removesWhatAKilledRunLeft() throws IOException {
        Path target = parent.resolve("koch");
        Path left = Files.createDirectories(target.resolve(".unfinished").resolve("sub"));
        Files.writeString(left.resolve("huge.bin"), "x");
        Files.writeString(target.resolve(".unfinished").resolve(".lock"), "");
        try (RunFolder folder = RunFolder.open(target, stop)) {
            assertThat(everything(target.resolve(".unfinished"))).containsExactly(".lock");
            folder.publish(NUMBERS, REPORT);
        }
        assertThat(everything(target)).containsExactly("metrics.json", "report.html");
    }

    @Test
    void rejectsASecondRunInTheSameFolder() throws IOException {
        Path target = parent.resolve("koch");
        try (RunFolder first = RunFolder.open(target, stop)) {
            Files.writeString(first.file("boundary.csv"), "1,2");
            assertThatIOException()
                    .isThrownBy(() -> RunFolder.open(target, stop))
                    .withMessage("another run is writing to " + target
                            + "; wait until it has ended, or choose another folder with --out");
            assertThat(first.file("boundary.csv")).exists();
        }
        RunFolder.open(target, stop).close();
    }

    @Test
    void saysAtOnceThatNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "mine");
        assertThatIOException()
                .isThrownBy(() -> RunFolder.open(file, stop))
                .withMessageStartingWith("cannot write to folder " + file + " (")
                .withMessageEndingWith("); choose another one with --out");
        assertThatIOException()
                .isThrownBy(() -> RunFolder.open(file.resolve("koch"), stop))
                .withMessageContaining(file.resolve("koch").toString());
        assertThat(file).hasContent("mine");
    }

    @Test
    void rejectsNamesThatLeadElsewhere() throws IOException {
        try (RunFolder folder = RunFolder.open(parent.resolve("koch"), stop)) {
            for (String name : List.of("../a", "a/b", ".lock", "", "C:a")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> folder.file(name))
                        .withMessageContaining("'" + name + "'");
            }
        }
    }

    private static List<String> visible(Path folder) throws IOException {
        return everything(folder).stream().filter(name -> !name.startsWith(".")).toList();
    }

    private static List<String> everything(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
