package io.github.otnn.examples.explain;

import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What became of the samples that were turned towards every class, as numbers.
 *
 * @param samples what was explained
 * @param explained by the model
 * @param ways of each sample to all classes, its own included
 */
record ClassWays(Samples samples, ExplainedModel explained, List<Ways> ways) {
    /** Logit of the target at the sample and at the point, and the class seen there. */
    String csv() {
        StringBuilder text = new StringBuilder("sample,target,before,after,predicted,distance\n");
        for (int i = 0; i < ways.size(); i++) {
            Counterfactuals moved = ways.get(i).moved();
            for (int k : others(i)) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%.9g,%.9g,%s,%.9g\n",
                        ExplanationTables.quoted(samples.names().get(i)),
                        ExplanationTables.quoted(explained.model().className(k)),
                        moved.before().scores()[k],
                        moved.after().get(0).scores()[k],
                        ExplanationTables.quoted(explained.model().className(moved.prediction(0, k))),
                        moved.distances()[0][k]));
            }
        }
        return text.toString();
    }

    void put(Metrics metrics) {
        int all = 0;
        long reached = 0;
        for (int i = 0; i < ways.size(); i++) {
            Counterfactuals moved = ways.get(i).moved();
            all += others(i).length;
            reached += IntStream.of(others(i))
                    .filter(k -> moved.prediction(0, k) == k)
                    .count();
        }
        if (all > 0) {
            metrics.put(
                    "classes_reached",
                    reached,
                    "of " + all + " turns towards another class at T = "
                            + ImagePictures.number(ways.get(0).moved().times().get(0)) + ", those that end in it");
        }
    }

    private int[] others(int sample) {
        return IntStream.of(ways.get(sample).targets())
                .filter(k -> k != explained.predicted()[sample])
                .toArray();
    }
}
