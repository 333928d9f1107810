package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One optimiser step: the batch is split over workers, each with one native thread. */
@State(Scope.Benchmark)
public class TrainingStep extends Timed {
    /** Network. */
    @Param
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Samples at a time. */
    @Param({"1", "32", "128"})
    public int batch;

    /** Threads that share the work. */
    @Param("2")
    public int workers;

    /** Threads of one native operation. */
    @Param("1")
    public int nativeThreads;

    /** Way to do it. */
    @Param
    public Variant variant = Variant.LIPSCHITZ;

    private Work work = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        work = TrainingRun.of(variant, network, batch, workers);
    }

    /** Forward, loss, backward, pullback, Adam and projection. */
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
