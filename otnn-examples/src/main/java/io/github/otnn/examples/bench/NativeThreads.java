package io.github.otnn.examples.bench;

import java.io.File;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Starts the JVM of a benchmark with as many threads for one native operation as its parameter {@code nativeThreads} says.
 * Native libraries read the environment variable when they are loaded, so it has to be there before the JVM is. Measures
 * nothing itself; needs the command {@code env} of Linux and macOS.
 */
public final class NativeThreads implements ExternalProfiler {
    private static final String PARAMETER = "nativeThreads";

    /** Called by JMH. */
    public NativeThreads() {}

    @Override
    public String getDescription() {
        return "threads of native operations";
    }

    @Override
    public Collection<String> addJVMInvokeOptions(BenchmarkParams benchmark) {
        String threads = benchmark.getParamsKeys().contains(PARAMETER) ? benchmark.getParam(PARAMETER) : "1";
        // several threads of one operation wait for the next one without sleeping, as those of other runtimes do
        String waiting = threads.equals("1") ? "PASSIVE" : "ACTIVE";
        return List.of("env", "OMP_NUM_THREADS=" + threads, "OMP_WAIT_POLICY=" + waiting);
    }

    @Override
    public Collection<String> addJVMOptions(BenchmarkParams benchmark) {
        return List.of();
    }

    @Override
    public void beforeTrial(BenchmarkParams benchmark) {}

    @Override
    public Collection<? extends Result<?>> afterTrial(BenchmarkResult result, long pid, File output, File errors) {
        return List.of();
    }

    @Override
    public boolean allowPrintOut() {
        return true;
    }

    @Override
    public boolean allowPrintErr() {
        return true;
    }
}
