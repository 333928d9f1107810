package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.xai.Baseline;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.NoiseSource;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.attribution.TargetedGradient;
import io.github.otnn.xai.statistics.Correlation;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every metric with small settings, for images of 8 x 8 pixels and 3 channels and the 4 logits of the golden network. */
enum MetricCase {
    MU_FIDELITY("rank correlation", Direction.HIGHER, 12, Seed.DRAWS, (seed, batch, n) -> fidelity(seed, 1, batch)),
    MU_FIDELITY_TO_NOISE("rank correlation", Direction.HIGHER, 12, Seed.DRAWS, (s, b, n) -> fidelity(1, s, b)),
    DELETION("logit", Direction.LOWER, 7, Seed.DRAWS, (s, b, n) -> new Deletion(6, noise(s), b)),
    INSERTION("logit", Direction.HIGHER, 14, Seed.DRAWS, (s, b, n) -> new Insertion(13, noise(s), b)),
    AVERAGE_DROP("share", Direction.LOWER, 2, Seed.DRAWS, (s, b, n) -> change(ConfidenceChange.Kind.DROP, s, b)),
    AVERAGE_INCREASE(
            "share", Direction.HIGHER, 2, Seed.NONE, (s, b, n) -> change(ConfidenceChange.Kind.INCREASE, 1, b)),
    AVERAGE_GAIN("share", Direction.HIGHER, 2, Seed.DRAWS, (s, b, n) -> change(ConfidenceChange.Kind.GAIN, s, b)),
    INFIDELITY(
            "squared score",
            Direction.LOWER,
            6,
            Seed.DRAWS,
            (s, b, n) -> new Infidelity(NoiseSource.gaussian(0.1, s), 5, b)),
    ROBUSTNESS_SR(
            "input L2", Direction.LOWER, -1, Seed.STARTS, (s, b, n) -> robustness(RobustnessSr.Moved.FIRST, s, b)),
    ROBUSTNESS_OF_THE_REST(
            "input L2", Direction.HIGHER, -1, Seed.STARTS, (s, b, n) -> robustness(RobustnessSr.Moved.REST, s, b)),
    STABILITY(
            "1 - rank correlation", Direction.LOWER, 4, Seed.DRAWS, (s, b, n) -> stability(NeighbourChoice.ALL, s, b)),
    STABILITY_OF_ONE_PREDICTION(
            "1 - rank correlation",
            Direction.LOWER,
            8,
            Seed.DRAWS,
            (s, b, n) -> stability(NeighbourChoice.SAME_PREDICTION, s, b)),
    SENSITIVITY_MAX(
            "share of the map's norm",
            Direction.LOWER,
            4,
            Seed.DRAWS,
            (s, b, n) -> new SensitivityMax(
                    SensitivityMax.Measure.RELATIVE_TO_MAP, NoiseModel.BOX_SYMMETRIC.source(0.02, s), 3)),
    LOCAL_LIPSCHITZ(
            "map units per input unit",
            Direction.LOWER,
            4,
            Seed.DRAWS,
            (s, b, n) ->
                    new SensitivityMax(SensitivityMax.Measure.PER_DISTANCE, NoiseModel.GAUSSIAN.source(0.1, s), 3)),
    EXPLANATION_DISTANCE("root mean square per pixel", Direction.LOWER, 4, Seed.DRAWS, (s, b, n) -> distance(s, b)),
    RANDOM_MODEL("rank correlation", Direction.LOWER, 2, Seed.NONE, (s, b, n) -> randomModel(s)),
    RANDOM_LOGIT("rank correlation", Direction.LOWER, 2, Seed.DRAWS, (s, b, n) -> randomLogit(s)),
    HUMAN_ALIGNMENT("share of the human ceiling", Direction.HIGHER, 1, Seed.NONE, (s, b, n) -> humanAlignment()),
    JPEG_COMPLEXITY(
            "kB", Direction.LOWER, 0, Seed.NONE, (s, b, n) -> new JpegComplexity(JpegComplexity.Sign.SIGNED, 0.75, s)),
    ENTROPY("nats", Direction.LOWER, 0, Seed.NONE, (s, b, n) -> EntropyComplexity.withDefaults()),
    GINI("Gini index", Direction.HIGHER, 0, Seed.NONE, (s, b, n) -> new GiniSparseness()),
    POINTING_GAME("share inside", Direction.HIGHER, 0, Seed.NONE, (s, b, n) -> Localisation.pointingGame(regions(n))),
    RELEVANCE_MASS("share inside", Direction.HIGHER, 0, Seed.NONE, (s, b, n) -> Localisation.relevanceMass(regions(n))),
    RELEVANCE_RANK("share inside", Direction.HIGHER, 0, Seed.NONE, (s, b, n) -> Localisation.relevanceRank(regions(n))),
    TOP_SHARE("share inside", Direction.HIGHER, 0, Seed.NONE, (s, b, n) -> Localisation.topShareInside(1, regions(n))),
    NULL_SHARE(
            "share inside", Direction.LOWER, 0, Seed.NONE, (s, b, n) -> Localisation.nullBlockShare(0.1, regions(n)));

    /** What the seed decides. */
    enum Seed {
        /** The values. */
        DRAWS,
        /** Where a search begins, which need not change what it finds. */
        STARTS,
        /** At most the interval around their mean. */
        NONE
    }

    private interface Factory {
        MethodMetric of(long seed, int batchSize, int samples);
    }

    final String unit;
    final Direction direction;
    /** Points for each sample, those that maps take aside if maps can be given; -1 where a search decides. */
    final int evaluations;

    final Seed seed;
    private final Factory factory;

    MetricCase(String unit, Direction direction, int evaluations, Seed seed, Factory factory) {
        this.unit = unit;
        this.direction = direction;
        this.evaluations = evaluations;
        this.seed = seed;
        this.factory = factory;
    }

    MethodMetric with(long withSeed, int batchSize, int samples) {
        return factory.of(withSeed, batchSize, samples);
    }

    /** The method whose maps are measured; infidelity wants all channels. */
    Attribution attribution(int batchSize) {
        return this == INFIDELITY
                ? new TargetedGradient(ChannelReduction.NONE, batchSize)
                : new Saliency(ChannelReduction.MAX_ABS, batchSize);
    }

    Score score(int samples) {
        int[] targets = targets(samples);
        return switch (this) {
            case AVERAGE_DROP, AVERAGE_INCREASE, AVERAGE_GAIN -> Score.softmax(targets);
            case ROBUSTNESS_SR, ROBUSTNESS_OF_THE_REST -> Score.margin(targets);
            default -> Score.logit(targets);
        };
    }

    private static int[] targets(int samples) {
        return Arrays.copyOf(GoldenMetrics.targets(), samples);
    }

    private static Baseline noise(long seed) {
        return Baseline.uniform(0, 1, seed);
    }

    private static Metric fidelity(long subsetSeed, long noiseSeed, int batchSize) {
        SubsetSource subsets = SubsetSource.random(SubsetRule.EXACT_K, 11, 0.3, subsetSeed);
        return new MuFidelity(4, subsets, noise(noiseSeed), Correlation.SPEARMAN, batchSize);
    }

    private static Metric change(ConfidenceChange.Kind kind, long seed, int batchSize) {
        return new ConfidenceChange(kind, noise(seed), batchSize);
    }

    private static Metric robustness(RobustnessSr.Moved moved, long seed, int batchSize) {
        RobustnessSr.Search search = new RobustnessSr.Search(1, 2, 1, 50);
        return new RobustnessSr(List.of(0.2, 0.6), moved, RobustnessSr.Infinite.EXCLUDE, null, search, seed, batchSize);
    }

    private static MethodMetric stability(NeighbourChoice choice, long seed, int batchSize) {
        ExplanationDistance distance = new ExplanationDistance(MapDistance.ONE_MINUS_SPEARMAN, MapNormalization.NONE);
        return new Stability(NoiseModel.BOX_POSITIVE.source(0.1, seed), 3, distance, choice, batchSize);
    }

    private static MethodMetric distance(long seed, int batchSize) {
        ExplanationDistance distance = new ExplanationDistance(MapDistance.RMSE, MapNormalization.NONE);
        SmoothGrad other = new SmoothGrad(NoiseSource.gaussian(0.2, seed), 3, ChannelReduction.MAX_ABS, batchSize);
        return new Adapted(
                distance.describe(),
                (function, inputs, attribution, score, progress) ->
                        distance.between(function, inputs, attribution, other, score, progress));
    }

    private static MethodMetric randomModel(long seed) {
        RandomizationCheck check = new RandomizationCheck(MapDistance.ONE_MINUS_SPEARMAN, seed);
        double[][] centres = IntStream.range(0, 4)
                .mapToObj(k -> Tensors.toDoubles(FiniteDifferences.gaussian(DataType.DOUBLE, k, 192)))
                .toArray(double[][]::new);
        Differentiable other = SampleFunction.nearest(centres);
        return new Adapted(
                check.describe(),
                (function, inputs, attribution, score, progress) ->
                        check.ofModel(function, other, inputs, attribution, score, progress));
    }

    private static MethodMetric randomLogit(long seed) {
        RandomizationCheck check = new RandomizationCheck(MapDistance.ONE_MINUS_SPEARMAN, seed);
        return new Adapted(
                check.describe(),
                (function, inputs, attribution, score, progress) ->
                        check.ofLogit(function, inputs, attribution, targets((int) inputs.size(0)), progress));
    }

    private static MethodMetric humanAlignment() {
        HumanAlignment alignment = HumanAlignment.clickMe();
        INDArray human = Golden.read(MetricCase.class, "metrics.json")
                .get("deletion_insertion")
                .get("attributions")
                .get("quantized")
                .array(DataType.DOUBLE);
        return new Adapted(alignment.describe(), (function, inputs, attribution, score, progress) -> {
            INDArray maps = attribution.explain(function, inputs, score, progress);
            return alignment
                    .evaluate(maps, Tensors.rows(human, 0, maps.size(0)))
                    .alignment()
                    .ofMaps(attribution.describe(), maps.size(0));
        });
    }

    private static INDArray regions(int samples) {
        double[] inside = new double[64 * samples];
        for (int i = 0; i < samples; i++) {
            Arrays.fill(inside, 64 * i, 64 * i + 20 + i, 1);
        }
        return Tensors.of(DataType.DOUBLE, inside, samples, 8, 8);
    }

    /** Measures that take something else than a function and a method, called like those that do not. */
    private record Adapted(String describe, Measurement measurement) implements MethodMetric {
        private interface Measurement {
            MetricResult of(
                    Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress);
        }

        @Override
        public MetricResult evaluate(
                Differentiable function, INDArray inputs, Attribution attribution, Score score, Progress progress) {
            return measurement.of(function, inputs, attribution, score, progress);
        }
    }
}
