package io.github.otnn.examples.explain;

import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attack.AttackResult;
import io.github.otnn.xai.attack.AttackSettings;
import io.github.otnn.xai.attack.DeepFool;
import io.github.otnn.xai.attack.TransportRay;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a model says of samples: its decisions, how far they are safe, how near an attack comes, and maps of why.
 *
 * @param model the model
 * @param logits {@code [samples][outputs]}
 * @param predicted class of each sample; of a single output 1 or -1
 * @param radii certified radius of each decision; NaN where the model has no proven bound
 * @param attacks transport ray and DeepFool
 * @param maps by method, as {@link io.github.otnn.xai.attribution.Attribution} gives them
 */
record ExplainedModel(
        StoredModel model,
        double[][] logits,
        int[] predicted,
        double[] radii,
        List<AttackResult> attacks,
        Map<MethodName, INDArray> maps) {
    private static final int BATCH = 64;

    /** What the user wants to know. */
    record Question(
            List<MethodName> methods,
            ScoreName score,
            @Nullable String layer,
            long seed) {}

    /** Which number is explained. */
    enum ScoreName {
        /** The logit of the predicted class. */
        LOGIT,
        /** Its lead over the runner-up. */
        MARGIN
    }

    /** Asks a model. The progress counts methods and attacks, not samples. */
    static ExplainedModel of(StoredModel model, Samples samples, Question question, Progress progress) {
        int steps = question.methods().size() + 2;
        INDArray output = model.network().predict(samples.inputs(), BATCH);
        double[][] logits = rows(Tensors.toDoubles(output), model.outputs());
        int[] predicted = Arrays.stream(logits).mapToInt(ExplainedModel::decide).toArray();
        double[] radii = radii(model, samples, output, predicted);
        AttackSettings settings = AttackSettings.free(question.seed()).withBatchSize(BATCH);
        List<AttackResult> attacks = List.of(
                new TransportRay(settings).run(model.network(), samples.inputs(), predicted, part(progress, 0, steps)),
                new DeepFool(settings).run(model.network(), samples.inputs(), predicted, part(progress, 1, steps)));
        Score score = score(model, predicted, question.score());
        Map<MethodName, INDArray> maps = new LinkedHashMap<>();
        MethodName.Use use = new MethodName.Use(question.seed(), BATCH, !samples.images());
        for (MethodName method : question.methods()) {
            Progress part = part(progress, 2 + maps.size(), steps);
            maps.put(
                    method,
                    method.create(use)
                            .explain(model.functionFor(method, question.layer()), samples.inputs(), score, part));
        }
        progress.advance(steps * 1000L, steps * 1000L);
        return new ExplainedModel(model, logits, predicted, radii, attacks, maps);
    }

    /** Whether radii are certified. */
    boolean certified() {
        return radii.length > 0 && !Double.isNaN(radii[0]);
    }

    /** Logit of the predicted class; the only logit. */
    double value(int sample) {
        return logits[sample].length == 1 ? logits[sample][0] : logits[sample][predicted[sample]];
    }

    /** Lead over the runner-up; of a single output its size. */
    double margin(int sample) {
        return logits[sample].length == 1
                ? Math.abs(logits[sample][0])
                : value(sample) - logits[sample][rivals(sample)[0]];
    }

    /** The other classes, the runner-up first. */
    int[] rivals(int sample) {
        double[] row = logits[sample];
        if (row.length == 1) {
            return new int[] {-predicted[sample]};
        }
        Integer[] order = new Integer[row.length];
        Arrays.setAll(order, k -> k);
        Arrays.sort(order, (a, b) -> Double.compare(row[b], row[a]));
        return Arrays.stream(order)
                .mapToInt(Integer::intValue)
                .filter(k -> k != predicted[sample])
                .toArray();
    }

    /** The attack that came nearest; the first among equals. */
    AttackResult nearest(int sample) {
        return attacks.get(1).distances()[sample] < attacks.get(0).distances()[sample]
                ? attacks.get(1)
                : attacks.get(0);
    }

    /** Distance of the nearest point that is decided differently, as far as the attacks know; infinite if they found none. */
    double attackDistance(int sample) {
        return nearest(sample).distances()[sample];
    }

    private static Score score(StoredModel model, int[] predicted, ScoreName name) {
        if (model.outputs() == 1) {
            return Score.binary();
        }
        return name == ScoreName.LOGIT ? Score.logit(predicted) : Score.margin(predicted);
    }

    private static double[] radii(StoredModel model, Samples samples, INDArray logits, int[] predicted) {
        LipschitzAudit audit = LipschitzAudit.of(model.network());
        if (!audit.unbounded().isEmpty() || !audit.unknownRounding().isEmpty()) {
            double[] none = new double[predicted.length];
            Arrays.fill(none, Double.NaN);
            return none;
        }
        return Certifier.of(model.network())
                .certify(samples.inputs(), logits, predicted)
                .predictedRadii();
    }

    static int decide(double[] row) {
        if (row.length == 1) {
            return row[0] > 0 ? 1 : -1;
        }
        int best = 0;
        for (int k = 1; k < row.length; k++) {
            best = row[k] > row[best] ? k : best;
        }
        return best;
    }

    private static double[][] rows(double[] flat, int columns) {
        double[][] rows = new double[flat.length / columns][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
        return rows;
    }

    private static Progress part(Progress whole, int step, int steps) {
        return (done, total) -> whole.advance(step * 1000L + 1000 * done / Math.max(1, total), steps * 1000L);
    }
}
