package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Prediction of a batch by one caller. */
@State(Scope.Benchmark)
public class Inference extends Timed {
    /** Network. */
    @Param
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Samples at a time. */
    @Param({"1", "32", "128"})
    public int batch;

    /** Threads of one native operation. */
    @Param({"1", "2"})
    public int nativeThreads;

    /** Threads that share the samples. */
    @Param("1")
    public int workers;

    /** Way to do it. */
    @Param
    public Variant variant = Variant.LIPSCHITZ;

    private Work work = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        work = Predictions.forward(variant, network, batch, workers);
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
