package io.github.otnn.xai.transport;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredBatch;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.attack.Attack;
import io.github.otnn.xai.attack.AttackResult;
import io.github.otnn.xai.counterfactual.BoundaryPoints;
import io.github.otnn.xai.counterfactual.RayBoundary;
import io.github.otnn.xai.counterfactual.StepRule;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One run of a {@link TransportCheck}. */
final class TransportMeasurement {
    private static final int STEPS = 5;

    private final TransportCheck check;
    private final ScoredFunction scored;
    private final Progress progress;

    TransportMeasurement(TransportCheck check, ScoredFunction scored, Progress progress) {
        this.check = check;
        this.scored = scored;
        this.progress = progress;
    }

    TransportReport run(INDArray positive, INDArray negative) {
        Wasserstein exact = Wasserstein.between(positive, negative);
        progress.advance(1, STEPS);
        INDArray x = Tensors.dense(positive);
        INDArray y = partners(Tensors.dense(negative), x, exact.plan().columnOfRow());
        SlopeReport ofX = SlopeReport.of(scored.function(), x, scored.score(), scored.batchSize());
        SlopeReport ofY = SlopeReport.of(scored.function(), y, scored.score(), scored.batchSize());
        progress.advance(2, STEPS);
        PairFigures pairs = PairFigures.of(scored, x, y);
        progress.advance(3, STEPS);
        RayBoundary ray = new RayBoundary(StepRule.NORMALISED).withBatchSize(scored.batchSize());
        BoundaryPoints boundaryX = ray.explain(scored.function(), x, scored.score());
        BoundaryPoints boundaryY = ray.explain(scored.function(), y, scored.score());
        progress.advance(4, STEPS);
        double[][] attackX = attack(x, ofX);
        double[][] attackY = attack(y, ofY);
        progress.advance(5, STEPS);
        return new TransportReport(
                check.thresholds(),
                Math.toIntExact(x.length() / x.size(0)),
                joined(ofX, ofY),
                elsewhere(x, y),
                joined(newtonResiduals(x), newtonResiduals(y)),
                mean(ofX.scores()) - mean(ofY.scores()),
                exact.distance(),
                pairs,
                joined(reached(boundaryX), reached(boundaryY)),
                joined(attackX[0], attackY[0]),
                joined(attackX[1], attackY[1]));
    }

    /** The negative samples in the order of their partners. */
    private static INDArray partners(INDArray negative, INDArray x, int[] columnOfRow) {
        INDArray typed = negative.dataType() == x.dataType() ? negative : Tensors.dense(negative, x.dataType());
        INDArray partners = Tensors.uninitialized(x.dataType(), x.shape());
        Tensors.gatherRows(typed, columnOfRow, partners);
        return partners;
    }

    /** Slopes half way between partners, and at the ends of the unit steps. */
    private double[] elsewhere(INDArray x, INDArray y) {
        double[] slopes = new double[3 * Math.toIntExact(x.size(0))];
        int n = slopes.length / 3;
        INDArray middle = x.add(y).muli(0.5);
        scored.forEachBatch(
                middle, batch -> System.arraycopy(batch.gradientNorms(), 0, slopes, batch.first(), batch.size()));
        scored.forEachBatch(x, batch -> stepSlopes(batch, slopes, n));
        scored.forEachBatch(y, batch -> stepSlopes(batch, slopes, 2 * n));
        return slopes;
    }

    private static void stepSlopes(ScoredBatch batch, double[] into, int at) {
        double[] norms = batch.at(batch.moved(batch.values().scores())).gradientNorms();
        System.arraycopy(norms, 0, into, at + batch.first(), batch.size());
    }

    private double[] newtonResiduals(INDArray samples) {
        double[] residuals = new double[Math.toIntExact(samples.size(0))];
        scored.forEachBatch(samples, batch -> {
            double[] f = batch.values().scores();
            double[] norms = batch.gradientNorms();
            double[] steps = new double[f.length];
            Arrays.setAll(steps, i -> norms[i] == 0 ? 0 : f[i] / norms[i] / norms[i]);
            double[] after = batch.valuesAt(batch.moved(steps)).scores();
            for (int i = 0; i < f.length; i++) {
                residuals[batch.first() + i] = f[i] == 0 ? 0 : Math.abs(after[i] / f[i]);
            }
        });
        return residuals;
    }

    private static double[] reached(BoundaryPoints points) {
        double[] ratios = points.distanceRatios();
        return IntStream.range(0, ratios.length)
                .filter(i -> points.outcomes().get(i) == BoundaryPoints.Outcome.REACHED && ratios[i] > 0)
                .mapToDouble(i -> ratios[i])
                .toArray();
    }

    /** Cosines between perturbations and the way down, and distances over |f|, where the attack has found something. */
    private double[][] attack(INDArray samples, SlopeReport slopes) {
        Attack attack = check.attack();
        if (attack == null) {
            return new double[2][0];
        }
        int[] labels =
                Arrays.stream(slopes.scores()).mapToInt(f -> f > 0 ? 1 : -1).toArray();
        AttackResult result =
                attack.run(scored.function(), samples, labels, (done, total) -> progress.advance(4, STEPS));
        double[][] figures = new double[2][labels.length];
        scored.forEachBatch(samples, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                int sample = batch.first() + i;
                figures[0][sample] = Double.NaN;
                if (result.found(sample) && result.distances()[sample] > 0) {
                    double[] perturbation = PairFigures.row(result.points(), sample);
                    PairFigures.subtract(perturbation, PairFigures.row(batch.input(), i));
                    double cosine = PairFigures.cosine(perturbation, PairFigures.row(batch.gradient(), i));
                    figures[0][sample] = -labels[sample] * cosine;
                    figures[1][sample] = result.distances()[sample] / Math.abs(slopes.scores()[sample]);
                }
            }
        });
        int[] kept = IntStream.range(0, labels.length)
                .filter(i -> !Double.isNaN(figures[0][i]))
                .toArray();
        return new double[][] {
            Arrays.stream(kept).mapToDouble(i -> figures[0][i]).toArray(),
            Arrays.stream(kept).mapToDouble(i -> figures[1][i]).toArray()
        };
    }

    private static SlopeReport joined(SlopeReport a, SlopeReport b) {
        return new SlopeReport(
                joined(a.scores(), b.scores()),
                joined(a.gradientNorms(), b.gradientNorms()),
                joined(a.boundaryResiduals(), b.boundaryResiduals()));
    }

    private static double[] joined(double[] a, double[] b) {
        return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
