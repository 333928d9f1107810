package io.github.otnn.examples.bench;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.SharedFunction;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Maps of some images, and the bare passes of the network that the method cannot do without. */
@State(Scope.Benchmark)
public class Explanation extends Timed {
    /** Network. */
    @Param("SMALL_CNN")
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Method, with its default settings. */
    @Param
    public ExplanationMethod method = ExplanationMethod.SALIENCY;

    /** Points at a time. */
    @Param("128")
    public int batch;

    /** Threads of one native operation. */
    @Param("1")
    public int nativeThreads;

    /** Threads that share the points of a batch. */
    @Param("1")
    public int workers;

    private LentThreads threads = new LentThreads(1);
    private Runnable explain = () -> {};
    private Runnable passes = () -> {};

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        CondensedNetwork condensed = BenchmarkNetwork.condensed(network.lipschitz());
        threads.close();
        threads = new LentThreads(workers);
        Differentiable bare = new SharedFunction(condensed, threads.workers());
        Differentiable explained = method.looksAtALayer() ? inTwoParts(condensed) : bare;
        INDArray images = network.samples(method.images(), 0);
        INDArray points = network.samples(batch, 1);
        explain = () -> method.create(batch)
                .explain(explained, images, Score.logit(0), Progress.none())
                .close();
        passes = () -> {
            for (int left = method.points(); left > 0; left -= batch) {
                pass(bare, Tensors.rows(points, 0, Math.min(left, batch)));
            }
        };
    }

    private void pass(Differentiable bare, INDArray points) {
        if (method.gradients()) {
            Predictions.firstLogitGradient(bare, points, network.outputs());
        } else {
            bare.predict(points).close();
        }
    }

    /** As a method wants it that looks at a layer. */
    private Differentiable inTwoParts(CondensedNetwork condensed) {
        SplitFunction parts = condensed.splitAfter(lastImage(condensed));
        return new SplitFunction(
                new SharedFunction(parts.features(), threads.workers()),
                new SharedFunction(parts.head(), threads.workers()));
    }

    private static String lastImage(CondensedNetwork condensed) {
        List<String> names = condensed.architecture().stages().stream()
                .filter(stage -> stage.output().rank() == 3)
                .map(Architecture.Stage::name)
                .toList();
        return names.get(names.size() - 1);
    }

    /** Maps of all images. */
    @Benchmark
    public void maps() {
        explain.run();
    }

    /** As many forward passes, or forward passes and gradients, of points that are there already. */
    @Benchmark
    public void passes() {
        passes.run();
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
        threads.close();
    }
}
