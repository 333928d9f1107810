package io.github.otnn.examples.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Memory in the long run: 500 training steps and 10,000 predictions, each in four quarters. What {@link ProcessMemory} finds
 * after the last quarter is to be what it found after the first; the time is that of a quarter. The Java heap has its full size
 * from the beginning, and the warm-up is as long as a quarter: the compiler's own memory would be counted, too.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"})
public class Memory {
    private static final int QUARTERS = 4;

    /** Training. */
    @State(Scope.Benchmark)
    public static class Steps {
        /** Network. */
        @Param
        public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

        /** Samples of a step. */
        @Param("128")
        public int batch;

        /** Threads that share the work. */
        @Param("2")
        public int workers;

        private Work work = () -> {};

        /** Prepares the training. */
        @Setup(Level.Trial)
        public void open() {
            work = TrainingRun.of(Variant.LIPSCHITZ, network, batch, workers);
        }

        /** Ends the threads. */
        @TearDown(Level.Trial)
        public void close() {
            work.close();
        }
    }

    /** Inference. */
    @State(Scope.Benchmark)
    public static class Calls {
        /** Network. */
        @Param
        public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

        /** Samples at a time. */
        @Param("1")
        public int batch;

        private Work work = () -> {};

        /** Prepares the network. */
        @Setup(Level.Trial)
        public void open() {
            work = Predictions.forward(Variant.LIPSCHITZ, network, batch, 1);
        }
    }

    /** 500 training steps. */
    @Benchmark
    @Warmup(iterations = 1, batchSize = 125)
    @Measurement(iterations = QUARTERS, batchSize = 125)
    public void training(Steps state) {
        state.work.run();
    }

    /** 10,000 predictions. */
    @Benchmark
    @Warmup(iterations = 1, batchSize = 2500)
    @Measurement(iterations = QUARTERS, batchSize = 2500)
    public void predictions(Calls state) {
        state.work.run();
    }
}
