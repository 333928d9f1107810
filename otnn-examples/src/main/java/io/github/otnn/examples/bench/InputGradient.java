package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a saliency map costs: a forward pass, and the gradient of one logit with respect to the input. */
@State(Scope.Benchmark)
public class InputGradient extends Timed {
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
        work = Predictions.withInputGradient(variant, network, batch, workers);
    }

    /** Forward and back to the input; no gradients of weights. */
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
