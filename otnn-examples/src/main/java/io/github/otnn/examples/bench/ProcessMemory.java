package io.github.otnn.examples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Memory of the benchmark's JVM after each iteration, in MiB: the most it ever had, Java heap included, and what it now has
 * outside of what Java manages, where arrays, native libraries and their scratch memory are. On Linux as the kernel counts
 * it; elsewhere as javacpp does, and the most is that of the iterations' ends.
 */
public final class ProcessMemory implements InternalProfiler {
    /** Most memory so far. */
    static final String PEAK = "peakMegabytes";

    /** Memory now, without the Java heap, classes and compiled code. */
    static final String OFF_HEAP = "offHeapMegabytes";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MEBIBYTE = 1024 * 1024;

    /** Called by JMH. */
    public ProcessMemory() {}

    @Override
    public String getDescription() {
        return "memory of the process";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        String status = status();
        return List.of(
                new ScalarResult(PEAK, megabytes(status, "VmHWM"), "MiB", AggregationPolicy.MAX),
                new ScalarResult(OFF_HEAP, offHeap(status), "MiB", AggregationPolicy.AVG));
    }

    private static double offHeap(String status) {
        MemoryMXBean java = ManagementFactory.getMemoryMXBean();
        long managed = java.getHeapMemoryUsage().getCommitted()
                + java.getNonHeapMemoryUsage().getCommitted();
        return status.isEmpty() ? Pointer.totalBytes() / MEBIBYTE : megabytes(status, "VmRSS") - managed / MEBIBYTE;
    }

    private static String status() {
        try {
            return Files.exists(STATUS) ? Files.readString(STATUS) : "";
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    /** Value of a line such as {@code VmHWM:   123456 kB}. */
    static double megabytes(String status, String key) {
        Matcher line = Pattern.compile("(?m)^" + key + ":\\s+(\\d+) kB$").matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) / 1024.0 : Pointer.physicalBytes() / MEBIBYTE;
    }
}
