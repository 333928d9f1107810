package io.github.otnn.examples.explain;

import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.counterfactual.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a second model, trained on its own, says of the points on all ways.
 *
 * @param verdicts by sample and t; no samples without a judge
 */
record Judged(List<List<Verdict>> verdicts) {
    static Judged of(@Nullable StoredModel judge, List<Ways> ways) {
        return new Judged(
                judge == null
                        ? List.of()
                        : ways.stream().map(way -> way.judged(judge)).toList());
    }

    boolean isEmpty() {
        return verdicts.isEmpty();
    }

    /** Class that the judge sees, as long as the first model sees another one than before; else empty. */
    IntStream seen(int sample, int time, int way) {
        Verdict verdict = verdicts.get(sample).get(time);
        int place = Arrays.binarySearch(verdict.samples(), way);
        return place < 0 ? IntStream.empty() : IntStream.of(verdict.after()[place]);
    }

    /** How often the judge agrees where the first model has changed its mind, for each t. */
    void put(List<Double> times, Metrics metrics) {
        for (int t = 0; t < times.size() && !isEmpty(); t++) {
            long all = 0;
            long confirmed = 0;
            for (List<Verdict> ofSample : verdicts) {
                Verdict verdict = ofSample.get(t);
                all += verdict.samples().length;
                confirmed += IntStream.range(0, verdict.samples().length)
                        .filter(verdict::confirms)
                        .count();
            }
            if (all > 0) {
                String at = ImagePictures.number(times.get(t));
                metrics.put(
                        "judge_agrees_at_t_" + at.replaceAll("[^0-9]", "_"),
                        confirmed / (double) all,
                        "share of the " + all + " changed decisions at t = " + at
                                + ", ways to all rivals, that the model beside confirms");
            }
        }
    }
}
