package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.TargetedGradient;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import io.github.otnn.xai.counterfactual.Limits;
import io.github.otnn.xai.counterfactual.StepRule;
import io.github.otnn.xai.counterfactual.TransportCounterfactual;
import io.github.otnn.xai.counterfactual.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The ways of one sample to other classes.
 *
 * @param inputs the sample, once for each way
 * @param targets the classes, one for each way
 * @param moved points on the ways; sample j of it belongs to way j
 * @param directions {@code [ways, ...]}, gradient of what the way raises
 */
record Ways(INDArray inputs, int[] targets, Counterfactuals moved, INDArray directions) {
    private static final int BATCH = 64;

    /**
     * Transport counterfactuals from the predicted class s to other classes k, along the lead of s over k.
     *
     * <pre>x_t = x - t g grad g / |grad g|^2,   g = f_s - f_k</pre>
     *
     * With one output g is f itself.
     *
     * @param most number of classes, the strongest rivals first
     */
    static Ways toRivals(
            ExplainedModel explained,
            INDArray input,
            int sample,
            int most,
            List<Double> times,
            @Nullable Limits limits) {
        int[] all = explained.rivals(sample);
        int[] targets = Arrays.copyOf(all, Math.min(most, all.length));
        int[] own = new int[targets.length];
        Arrays.fill(own, explained.predicted()[sample]);
        boolean single = explained.model().outputs() == 1;
        Score score = single ? Score.signed(own) : Score.pair(own, targets);
        INDArray copies = repeated(input, targets.length);
        Counterfactuals moved = new TransportCounterfactual(StepRule.NORMALISED, times, limits, BATCH)
                .explain(explained.model().network(), copies, score);
        Score raised = single ? Score.signed(Arrays.stream(own).map(y -> -y).toArray()) : Score.pair(targets, own);
        return new Ways(copies, targets, moved, directions(explained, copies, raised));
    }

    /**
     * Every class k of several by its own logit, as in Fig. 1 of the paper.
     *
     * <pre>x_t = x - t f_k grad f_k</pre>
     */
    static Ways toEveryClass(ExplainedModel explained, INDArray input, double time, @Nullable Limits limits) {
        int[] targets = new int[explained.model().outputs()];
        Arrays.setAll(targets, k -> k);
        INDArray copies = repeated(input, targets.length);
        Counterfactuals moved = new TransportCounterfactual(StepRule.FAITHFUL, List.of(time), limits, BATCH)
                .explain(explained.model().network(), copies, Score.logit(targets));
        return new Ways(copies, targets, moved, directions(explained, copies, Score.logit(targets)));
    }

    /** First t at which the predicted class has changed; NaN if it never does. */
    double firstChange(int way) {
        for (int t = 0; t < moved.times().size(); t++) {
            if (moved.prediction(t, way) != moved.predictionBefore(way)) {
                return moved.times().get(t);
            }
        }
        return Double.NaN;
    }

    /** What a second model, trained on its own, sees in the points whose class has changed, for each t. */
    List<Verdict> judged(StoredModel judge) {
        return IntStream.range(0, moved.times().size())
                .mapToObj(t -> Verdict.of(moved, inputs, t, judge.network(), BATCH))
                .toList();
    }

    private static INDArray directions(ExplainedModel explained, INDArray copies, Score score) {
        return TargetedGradient.withDefaults(BATCH).explain(explained.model().network(), copies, score);
    }

    private static INDArray repeated(INDArray input, int times) {
        long[] shape = input.shape().clone();
        shape[0] = times;
        INDArray copies = Tensors.uninitialized(input.dataType(), shape);
        Tensors.gatherRows(input, new int[times], copies);
        return copies;
    }
}
