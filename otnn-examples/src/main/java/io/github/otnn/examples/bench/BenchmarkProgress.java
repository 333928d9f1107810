package io.github.otnn.examples.bench;

import io.github.otnn.examples.run.StopSignal;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Shows which benchmark runs, what came out of it and how much time is left, a line each; what JMH has to say about failures it
 * passes on, unless the user has asked to stop. Ends the run between two benchmarks when the user wants that.
 */
final class BenchmarkProgress implements OutputFormat {
    private static final String TIME_LEFT = "# Run progress: ";

    private final PrintStream stream;
    private final StopSignal stop;
    private String benchmark = "";

    BenchmarkProgress(PrintStream stream, StopSignal stop) {
        this.stream = stream;
        this.stop = stop;
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        stop.check();
        StringBuilder text = new StringBuilder(BenchmarkCatalog.name(params.getBenchmark()));
        params.getParamsKeys()
                .forEach(key -> text.append(' ').append(key).append('=').append(params.getParam(key)));
        benchmark = text.toString();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        if (result != null) {
            stream.printf(Locale.ROOT, "%.4g %s%n", result.getPrimaryResult().getScore(), result.getScoreUnit());
        }
    }

    @Override
    public void println(String line) {
        if (line.startsWith(TIME_LEFT)) {
            stream.print(line.substring(TIME_LEFT.length()) + ": " + benchmark + " ... ");
            stream.flush();
        } else if (!stop.raised() && !line.isBlank() && !line.startsWith("#")) {
            stream.println(line);
        }
    }

    /** Names of profilers only. */
    @Override
    public void print(String text) {}

    @Override
    public void write(int character) {
        stream.write(character);
    }

    @Override
    public void write(byte[] text) {
        stream.write(text, 0, text.length);
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

    @Override
    public void iterationResult(BenchmarkParams params, IterationParams iteration, int number, IterationResult data) {}

    @Override
    public void startRun() {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void verbosePrintln(String line) {}

    /** Leaves the stream open: another run may follow. */
    @Override
    public void close() {}
}
