package io.github.otnn.examples.bench;

import io.github.otnn.examples.run.StopSignal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Has JMH run benchmarks in JVMs of their own, with the options of this one, and ends those JVMs when the user wants that.
 * Belongs to one thread.
 */
final class BenchmarkSession {
    private static final TimeValue SHORT = TimeValue.milliseconds(100);

    private final ChainedOptionsBuilder options = new OptionsBuilder();
    private final StopSignal stop;

    BenchmarkSession(BenchmarkCatalog benchmarks, long seed, StopSignal stop) {
        this.stop = stop;
        benchmarks.patterns().forEach(options::include);
        options.addProfiler(ProcessMemory.class)
                .addProfiler(NativeThreads.class)
                // appended ones would replace those of a benchmark
                .jvmArgsPrepend(BenchmarkNetwork.seedOption(seed))
                .shouldFailOnError(true);
    }

    /** Values that a parameter takes; none leaves those of the benchmark. Benchmarks without that parameter run all the same. */
    void restrict(String parameter, Set<?> values) {
        if (!values.isEmpty()) {
            options.param(parameter, values.stream().map(String::valueOf).toArray(String[]::new));
        }
    }

    /** Numbers of iterations; {@code null} leaves that of the benchmark. */
    void iterations(@Nullable Integer warmups, @Nullable Integer measured) {
        if (warmups != null) {
            options.warmupIterations(warmups);
        }
        if (measured != null) {
            options.measurementIterations(measured);
        }
    }

    /** One short iteration each. */
    void hurry() {
        options.warmupIterations(1)
                .warmupTime(SHORT)
                .warmupBatchSize(1)
                .measurementIterations(1)
                .measurementTime(SHORT)
                .measurementBatchSize(1);
    }

    /**
     * Runs everything, several times in turn.
     *
     * @return results of equal benchmark and parameters together
     * @throws RunnerException if a benchmark fails
     */
    Collection<RunResult> run(int rounds) throws RunnerException {
        Map<String, List<RunResult>> results = new LinkedHashMap<>();
        BenchmarkProgress progress = new BenchmarkProgress(System.err, stop);
        try {
            for (int round = 0; round < rounds; round++) {
                for (RunResult result : new Runner(options.build(), progress).run()) {
                    results.computeIfAbsent(result.getParams().id(), id -> new ArrayList<>())
                            .add(result);
                }
            }
        } finally {
            // an interrupted Runner leaves the JVM that it waits for
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        }
        return results.values().stream().map(BenchmarkSession::together).toList();
    }

    private static RunResult together(List<RunResult> rounds) {
        List<BenchmarkResult> all = rounds.stream()
                .flatMap(round -> round.getBenchmarkResults().stream())
                .collect(Collectors.toList());
        return new RunResult(rounds.get(0).getParams(), all);
    }
}
