package io.github.otnn.examples.bench;

import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.CondensedNetwork;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The proof: a Lipschitz bound of every layer from its weights, in float64. */
@State(Scope.Benchmark)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 2)
public class Audit extends Timed {
    /** Network. */
    @Param
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Threads of one native operation. */
    @Param("1")
    public int nativeThreads;

    private Work work = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        CondensedNetwork condensed = BenchmarkNetwork.condensed(network.lipschitz());
        work = () -> LipschitzAudit.of(condensed);
    }

    /** Audit of the condensed network. */
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
