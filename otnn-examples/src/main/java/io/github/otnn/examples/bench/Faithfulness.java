package io.github.otnn.examples.bench;

import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.metric.Deletion;
import io.github.otnn.xai.metric.Metric;
import io.github.otnn.xai.metric.MuFidelity;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Metrics of maps that are there already, and the bare predictions that they cannot do without. Each worker has its own images.
 */
@State(Scope.Benchmark)
public class Faithfulness extends Timed {
    private static final int FIDELITY_IMAGES = 10;
    private static final int FIDELITY_POINTS = 201;
    private static final int DELETION_IMAGES = 200;
    private static final int DELETION_POINTS = 11;

    /** Network. */
    @Param("SMALL_CNN")
    public BenchmarkNetwork network = BenchmarkNetwork.SMALL_CNN;

    /** Points at a time. */
    @Param("128")
    public int batch;

    /** Threads of one native operation. */
    @Param("1")
    public int nativeThreads;

    /** Threads that share the images. */
    @Param("1")
    public int workers;

    private IntConsumer muFidelity = worker -> {};
    private IntConsumer muFidelityPasses = worker -> {};
    private IntConsumer deletion = worker -> {};
    private IntConsumer deletionPasses = worker -> {};
    private LentThreads threads = new LentThreads(1);

    /** Prepares what is measured. */
    @Setup(Level.Trial)
    public void open() {
        CondensedNetwork condensed = BenchmarkNetwork.condensed(network.lipschitz());
        INDArray points = network.samples(batch, 1);
        threads = new LentThreads(workers);
        muFidelity = metric(condensed, MuFidelity.withDefaults(BenchmarkNetwork.seed(), batch), FIDELITY_IMAGES);
        muFidelityPasses = predictions(condensed, points, FIDELITY_IMAGES, FIDELITY_POINTS);
        deletion = metric(condensed, Deletion.withDefaults(batch), DELETION_IMAGES);
        deletionPasses = predictions(condensed, points, DELETION_IMAGES, DELETION_POINTS);
    }

    private IntConsumer metric(CondensedNetwork condensed, Metric metric, int count) {
        INDArray images = network.samples(count, 0);
        INDArray maps = Saliency.withDefaults(batch).explain(condensed, images, Score.logit(0));
        return worker -> {
            INDArray own = Tensors.rows(images, begin(count, worker), begin(count, worker + 1));
            INDArray ownMaps = Tensors.rows(maps, begin(count, worker), begin(count, worker + 1));
            metric.evaluate(condensed, own, ownMaps, Score.logit(0));
        };
    }

    private IntConsumer predictions(CondensedNetwork condensed, INDArray points, int count, int pointsOfEach) {
        return worker -> {
            long left = (begin(count, worker + 1) - begin(count, worker)) * pointsOfEach;
            for (; left > 0; left -= batch) {
                condensed
                        .predict(Tensors.rows(points, 0, Math.min(left, batch)))
                        .close();
            }
        };
    }

    /** First image of a worker. */
    private long begin(int count, int worker) {
        return (long) count * worker / workers;
    }

    /** 200 subsets of each of 10 images. */
    @Benchmark
    public void muFidelity() {
        threads.workers().each(muFidelity);
    }

    /** As many predictions of points that are there already. */
    @Benchmark
    public void muFidelityPasses() {
        threads.workers().each(muFidelityPasses);
    }

    /** 10 steps of each of 200 images. */
    @Benchmark
    public void deletion() {
        threads.workers().each(deletion);
    }

    /** As many predictions of points that are there already. */
    @Benchmark
    public void deletionPasses() {
        threads.workers().each(deletionPasses);
    }

    /** Ends what was prepared. */
    @TearDown(Level.Trial)
    public void close() {
        threads.close();
    }
}
