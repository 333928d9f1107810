package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Predictions of a batch by two callers at once from one condensed network: time until each has its own. */
@State(Scope.Benchmark)
@Threads(2)
public class SharedInference extends Timed {
    /** Network. */
    @Param
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Samples at a time. */
    @Param({"1", "32", "128"})
    public int batch;

    /** Threads of one native operation. */
    @Param("1")
    public int nativeThreads;

    /** Way to do it. */
    @Param({"LIPSCHITZ", "UNCONSTRAINED"})
    public Variant variant = Variant.LIPSCHITZ;

    private Work work = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        work = Predictions.forward(variant, network, batch, 1);
    }

    /** Output of the condensed network, without a way back. */
    @Benchmark
    public void run() {
        work.run();
    }

    /** Ends what was prepared. */
    @TearDown(Level.Trial)
    public void close() {
        work.close();
    }
}
