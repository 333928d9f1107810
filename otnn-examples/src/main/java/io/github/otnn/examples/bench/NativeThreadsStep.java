package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The step of {@link TrainingStep} on one worker whose native operations share the work among threads of their own. */
@State(Scope.Benchmark)
public class NativeThreadsStep extends Timed {
    /** Network. */
    @Param("FASHION_VGG")
    public BenchmarkNetwork network = BenchmarkNetwork.FASHION_VGG;

    /** Samples at a time. */
    @Param({"1", "32", "128"})
    public int batch;

    /** Threads of one native operation. */
    @Param("2")
    public int nativeThreads;

    /** Way to do it. */
    @Param
    public Variant variant = Variant.LIPSCHITZ;

    private Work work = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        work = TrainingRun.of(variant, network, batch, 1);
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
