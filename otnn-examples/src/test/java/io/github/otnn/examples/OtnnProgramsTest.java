package io.github.otnn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.examples.run.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OtnnProgramsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final StopSignal stop = new StopSignal();

    @TempDir
    private Path folder;

    @Test
    void writesResultsAndReturnsZero() {
        assertThat(run("test", "--out", folder.toString(), "--seed", "11", "--epochs", "3"))
                .isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("seed 11, epochs 3");
        assertThat(folder.resolve("metrics.json")).hasContent("{\n  \"seed\": 11\n}\n");
        assertThat(folder.resolve("report.html")).content().contains("<td>program</td><td>test</td>");
    }

    @Test
    void seedIsSevenAndEpochsTheProgramsOwnUnlessTold() {
        assertThat(run("test", "--out", folder.toString())).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("seed 7, epochs 20");
    }

    @Test
    void resultsGoBelowOutUnlessTold() {
        TestProgram program = new TestProgram();
        CommandLine commandLine = OtnnPrograms.commandLine(stop).addSubcommand(program);
        CommandLine test = commandLine.getSubcommands().get("test");
        CommonOptions options = (CommonOptions) test.getCommandSpec().mixins().values().stream()
                .map(spec -> spec.userObject())
                .filter(CommonOptions.class::isInstance)
                .findFirst()
                .orElseThrow();
        commandLine.parseArgs("test");
        assertThat(options.out()).isEqualTo(Path.of("out", "test"));
    }

    @Test
    void failureIsOneLineAndExitCodeOne() {
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "FAIL"))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("otnn test: logit [3, 1] is NaN");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "FAIL", "--debug"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("otnn test: logit [3, 1] is NaN", "at io.github.otnn.examples.TestProgram");
    }

    @Test
    void errorsOfTheMachineAreOneLineToo() {
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "LACK_A_CLASS"))
                .isEqualTo(1);
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "LACK_MEMORY"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly(
                        "otnn test: NoClassDefFoundError: org/nd4j/Missing (--debug tells more)",
                        "otnn test: out of memory (Physical memory usage is too high); give the program more as the"
                                + " README says, or a smaller task");
    }

    @Test
    void whatFailsAfterStoppingFailedBecauseOfIt() {
        stop.raise();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "FAIL"))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("otnn test: stopped before it was complete; nothing was written");
    }

    @Test
    void misuseIsExitCodeTwoAndSaysWhatToTry() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("tset")).isEqualTo(2);
        assertThat(run("test", "--seed", "seven")).isEqualTo(2);
        assertThat(run("test", "--epochs", "0")).isEqualTo(2);
        assertThat(err.toString().lines())
                .contains(
                        "otnn test: Invalid value for option '--seed': 'seven' is not a long",
                        "otnn test: Invalid value for option '--epochs': expected 1 or more, got 0",
                        "Try: otnn test --help")
                .anyMatch(line -> line.startsWith("otnn: Expected a program: ") && line.contains("test"))
                .anyMatch(line -> line.startsWith("otnn: Unmatched argument") && line.contains("'tset'"))
                .anyMatch(line -> line.startsWith("Programs: ") && line.contains("test"));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpListsProgramsAndExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("Usage: otnn", "PROGRAM", "Programs:", "Exit codes:")
                .containsPattern("  test +does nothing\\R");
    }

    @Test
    void everyProgramThatMakesResultsHasTheCommonOptionsAndHelp() {
        for (CommandLine program :
                OtnnPrograms.commandLine(stop).getSubcommands().values()) {
            String name = program.getCommandName();
            assertThat(program.getCommandSpec().userObject()).as(name).isInstanceOf(Callable.class);
            assertThat(program.getCommandSpec().optionsMap()).as(name).containsKey("--help");
            if (!List.of("inspect", "import", "export").contains(name)) {
                assertThat(program.getCommandSpec().optionsMap()).as(name).containsKeys("--out", "--seed");
            }
            if (!List.of("inspect", "import", "export", "explain", "features", "attack")
                    .contains(name)) {
                assertThat(program.getCommandSpec().optionsMap()).as(name).containsKey("--epochs");
            }
        }
    }

    @Test
    void stoppedRunSaysWhatIsLeftOfIt() {
        stop.raise();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run("test", "--out", folder.toString(), "--behaviour", "STOP_STORED"))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("otnn test: stopped, and stored");
    }

    private int run(String... arguments) {
        return OtnnPrograms.commandLine(stop)
                .addSubcommand(new TestProgram())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
