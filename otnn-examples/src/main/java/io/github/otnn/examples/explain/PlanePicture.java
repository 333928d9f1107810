package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.plot.LevelSets;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A function of the plane: level sets, the boundary, and the ways of the samples, in the model's input units. */
record PlanePicture(ExplainedModel explained, Samples samples, List<Ways> ways) {
    static final String CAPTION =
            "Level sets of f (blue positive, orange negative), the boundary f = 0 dashed in red, and each sample with its way to "
                    + "the other class.";
    private static final int GRID = 161;
    private static final int LEVELS = 8;
    private static final int BATCH = 4096;

    BufferedImage draw() {
        double bound = 1.15
                * DoubleStream.concat(
                                DoubleStream.of(Tensors.toDoubles(samples.inputs())),
                                ways.stream()
                                        .flatMapToDouble(way -> DoubleStream.of(
                                                Tensors.toDoubles(way.moved().points()))))
                        .map(Math::abs)
                        .max()
                        .orElseThrow();
        double half = Math.max(bound, 1e-6);
        XYChart chart = Charts.lines("Level sets of f and ways to the other class", "", "", 800, 800);
        chart.getStyler().setXAxisMin(-half).setXAxisMax(half);
        chart.getStyler().setYAxisMin(-half).setYAxisMax(half);
        chart.getStyler().setPlotGridLinesVisible(false);
        addLevels(chart, half);
        for (int i = 0; i < samples.count(); i++) {
            addWay(chart, i);
        }
        return Charts.draw(chart);
    }

    private void addLevels(XYChart chart, double half) {
        double step = 2 * half / (GRID - 1);
        double[][] values = values(half, step);
        double largest = 0;
        for (double[] row : values) {
            largest =
                    Math.max(largest, DoubleStream.of(row).map(Math::abs).max().orElse(0));
        }
        LevelSets levels = new LevelSets(values, -half, step);
        for (int i = -LEVELS; i <= LEVELS; i++) {
            int shade = 235 - 14 * Math.abs(i);
            Color colour = i > 0 ? new Color(shade, shade, 245) : new Color(250, shade, shade - 30);
            if (i != 0 && largest > 0) {
                double level = largest * i / (LEVELS + 1);
                Charts.addSegments(chart, "level " + i, levels.at(level), colour, new BasicStroke(1f));
            }
        }
        BasicStroke dashed =
                new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {7f, 5f}, 0f);
        Charts.addChains(chart, "f = 0", levels.at(0), new Color(0xD01010), dashed);
    }

    private double[][] values(double half, double step) {
        float[] points = new float[GRID * GRID * 2];
        for (int i = 0; i < GRID * GRID; i++) {
            points[2 * i] = (float) (-half + i % GRID * step);
            points[2 * i + 1] = (float) (-half + i / GRID * step);
        }
        INDArray grid = Tensors.of(points, (long) GRID * GRID, 2);
        double[] flat = Tensors.toDoubles(explained.model().network().predict(grid, BATCH));
        double[][] values = new double[GRID][GRID];
        for (int i = 0; i < flat.length; i++) {
            values[i / GRID][i % GRID] = flat[i];
        }
        return values;
    }

    private void addWay(XYChart chart, int sample) {
        double[] origin = ExplanationTables.values(samples.inputs(), sample);
        double[] points = Tensors.toDoubles(ways.get(sample).moved().points());
        int count = points.length / 2 + 1;
        double[] x = new double[count];
        double[] y = new double[count];
        x[0] = origin[0];
        y[0] = origin[1];
        for (int t = 1; t < count; t++) {
            x[t] = points[2 * t - 2];
            y[t] = points[2 * t - 1];
        }
        Color colour = explained.predicted()[sample] > 0 ? new Color(0x1F5FBF) : new Color(0xE07B00);
        Charts.addLine(chart, "sample " + sample, x, y, colour, new BasicStroke(2f));
        Charts.addPoints(chart, "points " + sample, x, y, colour);
    }
}
