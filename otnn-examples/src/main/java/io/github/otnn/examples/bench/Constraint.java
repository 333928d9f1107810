package io.github.otnn.examples.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What 1-Lipschitz layers add to a training step, without the step. */
public class Constraint extends Timed {
    /** The weights. */
    @State(Scope.Benchmark)
    public static class Weights {
        /** Network. */
        @Param
        public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

        /** Threads that share the work. */
        @Param("2")
        public int workers;

        /** Threads of one native operation. */
        @Param("1")
        public int nativeThreads;

        private ConstraintRun weights;

        /** Projects fresh weights. */
        @Setup(Level.Trial)
        public void open() {
            weights = new ConstraintRun(network.lipschitz(), workers);
        }

        /** Ends the threads. */
        @TearDown(Level.Trial)
        public void close() {
            weights.close();
        }
    }

    /** Weights after a step of the optimiser. */
    @State(Scope.Benchmark)
    public static class Moved {
        /** Moves the weights; not measured. */
        @Setup(Level.Invocation)
        public void move(Weights state) {
            state.weights.move();
        }
    }

    /** Weights after a step of the optimiser and their projection. */
    @State(Scope.Benchmark)
    public static class Projected {
        /** Moves and projects the weights; not measured. */
        @Setup(Level.Invocation)
        public void project(Weights state) {
            state.weights.move();
            state.weights.project();
        }
    }

    /** Projection of all weights after a small move. */
    @Benchmark
    public void projection(Weights state, Moved moved) {
        state.weights.project();
    }

    /** Pullback of all gradients, once after a projection. */
    @Benchmark
    public void pullback(Weights state, Projected projected) {
        state.weights.pullBack();
    }
}
