package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.Distribution;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Explanations as numbers.
 *
 * @param samples what was explained
 * @param explained by the model
 * @param ways of each sample to its rivals
 * @param judged what a second model sees on the ways; empty without one
 */
record ExplanationTables(Samples samples, ExplainedModel explained, List<Ways> ways, Judged judged) {
    static final List<String> HEADER = List.of(
            "sample", "label", "seen", "f", "lead", "certified radius", "attack", "radius / attack", "runner-up");

    Metrics metrics() {
        int n = samples.count();
        Metrics metrics = new Metrics().put("samples", n, "samples explained");
        int[] labels = samples.labels();
        if (labels != null) {
            long right = IntStream.range(0, n)
                    .filter(i -> labels[i] == explained.predicted()[i])
                    .count();
            metrics.put("accuracy", right / (double) n, "share of the samples classified rightly");
        }
        if (explained.certified()) {
            metrics.put("mean_certified_radius", mean(explained.radii()), "mean radius of the decisions, L2");
        }
        double[] found = IntStream.range(0, n)
                .mapToDouble(explained::attackDistance)
                .filter(Double::isFinite)
                .toArray();
        metrics.put("attacks_found", found.length, "samples for which an attack has found another decision");
        if (found.length > 0) {
            metrics.put(
                    "mean_attack_distance", mean(found), "mean distance of the nearest point with another decision");
        }
        if (found.length > 0 && explained.certified()) {
            double[] tightness = IntStream.range(0, n)
                    .filter(i -> explained.attackDistance(i) > 0 && Double.isFinite(explained.attackDistance(i)))
                    .mapToDouble(this::tightness)
                    .toArray();
            if (tightness.length > 0) {
                Distribution spread = Distribution.of(tightness);
                metrics.put("median_tightness", spread.median(), "median of radius over attack distance")
                        .put("largest_tightness", spread.maximum(), "largest of it; above 1 a radius is wrong");
            }
        }
        List<Double> times = ways.get(0).moved().times();
        for (int t = 0; t < times.size(); t++) {
            int time = t;
            double share = ways.stream()
                            .filter(way -> way.moved().prediction(time, 0)
                                    != way.moved().predictionBefore(0))
                            .count()
                    / (double) n;
            metrics.put(
                    "changed_at_t_" + ImagePictures.number(times.get(t)).replaceAll("[^0-9]", "_"),
                    share,
                    "share of the samples decided differently at t = " + ImagePictures.number(times.get(t))
                            + " on the way to the runner-up");
        }
        judged.put(times, metrics);
        return metrics;
    }

    /** A row for each sample, for people. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < samples.count(); i++) {
            double distance = explained.attackDistance(i);
            boolean both = explained.certified() && Double.isFinite(distance) && distance > 0;
            rows.add(List.of(
                    samples.names().get(i),
                    label(i),
                    name(explained.predicted()[i]),
                    text(explained.value(i)),
                    text(explained.margin(i)),
                    explained.certified() ? text(explained.radii()[i]) : "none",
                    Double.isFinite(distance)
                            ? text(distance) + " (" + explained.nearest(i).name() + ")"
                            : "nothing found",
                    both ? text(tightness(i)) : "",
                    name(explained.rivals(i)[0])));
        }
        return rows;
    }

    String samplesCsv() {
        StringBuilder text = new StringBuilder(
                "sample,label,predicted,f,lead,certified_radius,attack_distance,attack,runner_up,first_change_t\n");
        for (int i = 0; i < samples.count(); i++) {
            double distance = explained.attackDistance(i);
            text.append(quoted(samples.names().get(i))).append(',');
            text.append(quoted(label(i))).append(',');
            text.append(quoted(name(explained.predicted()[i]))).append(',');
            text.append(number(explained.value(i))).append(',');
            text.append(number(explained.margin(i))).append(',');
            text.append(number(explained.radii()[i])).append(',');
            text.append(number(distance)).append(',');
            text.append(Double.isFinite(distance) ? explained.nearest(i).name() : "")
                    .append(',');
            text.append(quoted(name(explained.rivals(i)[0]))).append(',');
            text.append(number(ways.get(i).firstChange(0))).append('\n');
        }
        return text.toString();
    }

    String waysCsv() {
        StringBuilder text = new StringBuilder(
                "sample,target,t,predicted,lead,distance,clipped_share" + (judged.isEmpty() ? "\n" : ",judged\n"));
        for (int i = 0; i < samples.count(); i++) {
            Counterfactuals moved = ways.get(i).moved();
            for (int way = 0; way < moved.samples(); way++) {
                for (int t = 0; t < moved.times().size(); t++) {
                    text.append(quoted(samples.names().get(i))).append(',');
                    text.append(quoted(name(ways.get(i).targets()[way]))).append(',');
                    text.append(number(moved.times().get(t))).append(',');
                    text.append(quoted(name(moved.prediction(t, way)))).append(',');
                    text.append(number(moved.after().get(t).scores()[way])).append(',');
                    text.append(number(moved.distances()[t][way])).append(',');
                    text.append(number(moved.clippedShares()[t][way]));
                    text.append(judged.isEmpty() ? "\n" : "," + judgedName(i, t, way) + "\n");
                }
            }
        }
        return text.toString();
    }

    /** Tables: every value by feature. Images: what a map amounts to. */
    String mapsCsv() {
        StringBuilder text = new StringBuilder(
                samples.images() ? "sample,method,minimum,maximum,mean,sum\n" : "sample,method,feature,value\n");
        for (int i = 0; i < samples.count(); i++) {
            for (MethodName method : explained.maps().keySet()) {
                double[] values = values(explained.maps().get(method), i);
                String start = quoted(samples.names().get(i)) + "," + method.title() + ",";
                if (samples.images()) {
                    Distribution spread = Distribution.of(values);
                    text.append(start)
                            .append(number(spread.minimum()))
                            .append(',')
                            .append(number(spread.maximum()))
                            .append(',')
                            .append(number(spread.mean()))
                            .append(',')
                            .append(number(spread.mean() * values.length))
                            .append('\n');
                } else {
                    for (int f = 0; f < values.length; f++) {
                        text.append(start)
                                .append(quoted(explained.model().featureName(f)))
                                .append(',')
                                .append(number(values[f]))
                                .append('\n');
                    }
                }
            }
        }
        return text.toString();
    }

    /** Values of one map. */
    static double[] values(INDArray maps, int sample) {
        return Tensors.toDoubles(Tensors.rows(Tensors.dense(maps), sample, sample + 1L));
    }

    private String judgedName(int sample, int time, int way) {
        return judged.seen(sample, time, way)
                .mapToObj(this::name)
                .map(ExplanationTables::quoted)
                .findFirst()
                .orElse("");
    }

    private double tightness(int i) {
        return explained.radii()[i] / explained.attackDistance(i);
    }

    private String label(int i) {
        int[] labels = samples.labels();
        return labels == null ? "" : name(labels[i]);
    }

    private String name(int label) {
        return explained.model().className(label);
    }

    private static double mean(double[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    static String text(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.9g", value) : "";
    }

    /** A field of CSV (RFC 4180). */
    static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
