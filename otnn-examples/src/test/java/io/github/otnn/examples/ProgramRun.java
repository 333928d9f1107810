package io.github.otnn.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.otnn.examples.run.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** A program run inside the test's JVM: exit code and what it printed. */
public record ProgramRun(int exitCode, String output, String errors) {
    /** Runs a program to its end. */
    public static ProgramRun of(String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        try (StopSignal stop = new StopSignal()) {
            CommandLine command = OtnnPrograms.commandLine(stop)
                    .setOut(new PrintWriter(output, true))
                    .setErr(new PrintWriter(errors, true));
            int exitCode = command.execute(arguments);
            return new ProgramRun(exitCode, output.toString(), errors.toString());
        }
    }

    /** The metrics that a run left in its folder. */
    public static JsonNode metrics(Path folder) throws IOException {
        return new ObjectMapper().readTree(folder.resolve("metrics.json").toFile());
    }

    /** The metrics without those that tell time. */
    public static JsonNode metricsWithout(Path folder, List<String> times) throws IOException {
        return ((ObjectNode) metrics(folder)).remove(times);
    }
}
