package io.github.otnn.examples.bench;

import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
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

    private @Nullable Network trained;
    private @Nullable CondensedNetwork unproven;

    /** Makes the weights. */
    @Setup(Level.Trial)
    public void open() {
        trained = Network.initialize(network.lipschitz(), DataType.FLOAT, BenchmarkNetwork.seed());
    }

    /** A network that knows no bound yet: a condensed network remembers those that it has proven. Not measured. */
    @Setup(Level.Invocation)
    public void condense() {
        unproven = Objects.requireNonNull(trained).condense();
    }

    /** Audit of the condensed network. */
    @Benchmark
    public LipschitzAudit run() {
        return LipschitzAudit.of(Objects.requireNonNull(unproven));
    }
}
