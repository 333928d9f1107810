package io.github.otnn.examples.evaluation;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.run.PieceProgress;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.NoiseSource;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.metric.Deletion;
import io.github.otnn.xai.metric.ExplanationDistance;
import io.github.otnn.xai.metric.Insertion;
import io.github.otnn.xai.metric.JpegComplexity;
import io.github.otnn.xai.metric.MapDistance;
import io.github.otnn.xai.metric.MapNormalization;
import io.github.otnn.xai.metric.Metric;
import io.github.otnn.xai.metric.MetricResult;
import io.github.otnn.xai.metric.MuFidelity;
import io.github.otnn.xai.metric.NeighbourChoice;
import io.github.otnn.xai.metric.NoiseModel;
import io.github.otnn.xai.metric.PerturbationCurves;
import io.github.otnn.xai.metric.RobustnessSr;
import io.github.otnn.xai.metric.Stability;
import io.github.otnn.xai.metric.SubsetRule;
import io.github.otnn.xai.metric.SubsetSource;
import io.github.otnn.xai.statistics.Correlation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures every method on every network, several of these pairs at a time; the number of threads changes no result.
 *
 * @param plan what to measure
 * @param images the test images to explain
 * @param threads pairs at a time
 * @param stop ends the work early
 */
record Evaluation(Plan plan, LabelledData images, int threads, StopSignal stop) {
    private static final int GRID = 20;
    private static final double REMOVED = 0.2;
    private static final int FLIPPING_STEPS = 10;
    private static final double RADIUS = 0.3;
    private static final List<Double> ATTACKED_SHARES = List.of(0.05, 0.15, 0.25, 0.35, 0.45);
    private static final RobustnessSr.Search ATTACK = new RobustnessSr.Search(10, 1, 6, 1000);

    /**
     * Does the work.
     *
     * @param progress told of each pair of network and method
     * @throws InterruptedException if the program is to end
     */
    Findings run(List<Twin> twins, PieceProgress progress) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<Cell>>> parts = new ArrayList<>();
            for (Twin twin : twins) {
                for (Method method : plan.methods()) {
                    parts.add(executor.submit(() -> {
                        List<Cell> cells = measure(twin, method);
                        progress.done(twin.title() + ", " + method);
                        return cells;
                    }));
                }
            }
            List<Cell> cells = new ArrayList<>();
            for (Future<List<Cell>> part : parts) {
                cells.addAll(result(part));
            }
            List<Long> seeds = twins.stream().map(Twin::seed).distinct().toList();
            return new Findings(seeds, plan.methods(), cells);
        } finally {
            executor.shutdownNow();
            executor.awaitTermination(2, TimeUnit.SECONDS);
        }
    }

    /** Pairs of a network and a method. */
    int pieces(List<Twin> twins) {
        return twins.size() * plan.methods().size();
    }

    private static List<Cell> result(Future<List<Cell>> part) throws InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (failure.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }

    private List<Cell> measure(Twin twin, Method method) {
        Progress progress = (done, total) -> stop.check();
        Attribution attribution = method.create(plan);
        Differentiable function = method.explained(twin.network());
        int[] predictions = twin.predictions(images);
        Score score = Score.logit(predictions);
        INDArray maps = attribution.explain(function, images.features(), score, progress);
        List<Cell> cells = new ArrayList<>(faithfulness(twin, method, maps, score, progress));
        cells.add(cell(
                twin, method, Measure.COMPLEXITY, JpegComplexity.withDefaults().evaluate(maps)));
        cells.add(robustness(twin, method, maps, predictions, progress));
        if (method.canBeRepeated()) {
            cells.add(stability(twin, method, attribution, predictions, progress));
        }
        if (method == Method.SALIENCY) {
            cells.addAll(distances(twin, maps, score, progress));
        }
        return cells;
    }

    /** Whether the maps say what the score depends on. */
    private List<Cell> faithfulness(Twin twin, Method method, INDArray maps, Score score, Progress progress) {
        List<Cell> cells = new ArrayList<>();
        for (Measure measure : List.of(Measure.MUFIDELITY_UNIFORM, Measure.MUFIDELITY_ZERO)) {
            MetricResult result = fidelity(measure).evaluate(twin.network(), images.features(), maps, score, progress);
            cells.add(cell(twin, method, measure, result));
        }
        for (Measure measure : List.of(
                Measure.DELETION_UNIFORM, Measure.INSERTION_UNIFORM, Measure.DELETION_ZERO, Measure.INSERTION_ZERO)) {
            PerturbationCurves curves = flipping(measure, twin, maps, score, progress);
            cells.add(cell(twin, method, measure, curves.area()).withCurve(curves.meanCurve()));
        }
        return cells;
    }

    private static Cell cell(Twin twin, Method method, Measure measure, MetricResult result) {
        return Cell.of(twin.seed(), twin.kind(), method, measure, result);
    }

    private Metric fidelity(Measure measure) {
        return new MuFidelity(
                GRID,
                SubsetSource.random(SubsetRule.EXACT_K, plan.subsets(), REMOVED, plan.seed()),
                baseline(measure == Measure.MUFIDELITY_UNIFORM),
                Correlation.SPEARMAN,
                plan.batch());
    }

    private PerturbationCurves flipping(Measure measure, Twin twin, INDArray maps, Score score, Progress progress) {
        boolean uniform = measure == Measure.DELETION_UNIFORM || measure == Measure.INSERTION_UNIFORM;
        Baseline baseline = baseline(uniform);
        return measure == Measure.DELETION_UNIFORM || measure == Measure.DELETION_ZERO
                ? new Deletion(FLIPPING_STEPS, baseline, plan.batch())
                        .curves(twin.network(), images.features(), maps, score, progress)
                : new Insertion(FLIPPING_STEPS, baseline, plan.batch())
                        .curves(twin.network(), images.features(), maps, score, progress);
    }

    private Baseline baseline(boolean uniform) {
        return uniform ? Baseline.uniform(0, 1, plan.seed()) : Baseline.constant(0);
    }

    /** How far the first pixels of some of the images must move to change the prediction. */
    private Cell robustness(Twin twin, Method method, INDArray maps, int[] predictions, Progress progress) {
        int count = plan.attackedImages();
        RobustnessSr metric = new RobustnessSr(
                ATTACKED_SHARES,
                RobustnessSr.Moved.FIRST,
                RobustnessSr.Infinite.EXCLUDE,
                null,
                ATTACK,
                plan.seed(),
                plan.batch());
        INDArray some = images.range(0, count).features();
        Score decision = Score.margin(Arrays.copyOf(predictions, count));
        INDArray someMaps = Tensors.rows(maps, 0, count);
        return cell(
                twin,
                method,
                Measure.ROBUSTNESS_SR,
                metric.evaluate(twin.network(), some, someMaps, decision, progress));
    }

    /** Saliency is a size, so SmoothGrad is reduced to one too. */
    private List<Cell> distances(Twin twin, INDArray saliency, Score score, Progress progress) {
        INDArray smooth = new SmoothGrad(
                        NoiseSource.gaussian(Method.NOISE, plan.seed()),
                        plan.draws(),
                        ChannelReduction.MAX_ABS,
                        plan.batch())
                .explain(twin.network(), images.features(), score, progress);
        return List.of(
                cell(
                        twin,
                        Method.SALIENCY,
                        Measure.DISTANCE_RMS,
                        new ExplanationDistance(MapDistance.RMSE, MapNormalization.NONE).between(saliency, smooth)),
                cell(
                        twin,
                        Method.SALIENCY,
                        Measure.DISTANCE_SPEARMAN,
                        new ExplanationDistance(MapDistance.ONE_MINUS_SPEARMAN, MapNormalization.NONE)
                                .between(saliency, smooth)));
    }

    /** Asks the method for the maps of noisy copies of some of the images. */
    private Cell stability(Twin twin, Method method, Attribution attribution, int[] predictions, Progress progress) {
        Stability stability = new Stability(
                NoiseModel.BOX_POSITIVE.source(RADIUS, plan.seed()),
                plan.neighbours(),
                new ExplanationDistance(MapDistance.ONE_MINUS_SPEARMAN, MapNormalization.NONE),
                NeighbourChoice.ALL,
                plan.batch());
        INDArray some = images.range(0, plan.stabilityImages()).features();
        Score score = Score.logit(Arrays.copyOf(predictions, plan.stabilityImages()));
        return cell(
                twin,
                method,
                Measure.STABILITY_SPEARMAN,
                stability.evaluate(method.explained(twin.network()), some, attribution, score, progress));
    }
}
