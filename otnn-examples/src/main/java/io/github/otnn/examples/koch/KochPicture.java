package io.github.otnn.examples.koch;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.data.KochSnowflakes;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.plot.LevelSets;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import io.github.otnn.xai.counterfactual.TransportCounterfactual;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fig. 2 of the paper: the level sets of f, its boundary f = 0 as a red dashed line, the two curves, and a segment from each
 * sample x to x - f(x) grad f(x).
 */
record KochPicture(Differentiable network, KochSnowflakes snowflakes) {
    private static final double HALF_WIDTH = 2.3;
    private static final int GRID = 231;
    private static final int BATCH = 4096;
    private static final Color OUTER = new Color(0x1F5FBF);
    private static final Color INNER = new Color(0xE07B00);

    BufferedImage draw(LabelledData samples) {
        XYChart chart =
                Charts.lines("Level sets of f, boundary f = 0, segments x to x - f(x) grad f(x)", "", "", 900, 900);
        chart.getStyler().setXAxisMin(-HALF_WIDTH).setXAxisMax(HALF_WIDTH);
        chart.getStyler().setYAxisMin(-HALF_WIDTH).setYAxisMax(HALF_WIDTH);
        chart.getStyler().setPlotGridLinesVisible(false);
        addLevels(chart);
        addSegments(chart, samples);
        addCurve(chart, "outer snowflake", snowflakes.outerVertices(), OUTER);
        addCurve(chart, "inner snowflake", snowflakes.innerVertices(), INNER);
        return Charts.draw(chart);
    }

    private void addLevels(XYChart chart) {
        double step = 2 * HALF_WIDTH / (GRID - 1);
        LevelSets levels = new LevelSets(valuesOnGrid(step), -HALF_WIDTH, step);
        for (int i = -8; i <= 8; i++) {
            double level = i * 0.2;
            int shade = 235 - 14 * Math.abs(i);
            Color colour = i > 0 ? new Color(shade, shade, 245) : new Color(250, shade, shade - 30);
            if (i != 0) {
                Charts.addSegments(chart, "f = " + level, levels.at(level), colour, new BasicStroke(1f));
            }
        }
        BasicStroke dashed =
                new BasicStroke(2.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {7f, 5f}, 0f);
        Charts.addChains(chart, "f = 0", levels.at(0), new Color(0xD01010), dashed);
    }

    private double[][] valuesOnGrid(double step) {
        float[] points = new float[GRID * GRID * 2];
        for (int i = 0; i < GRID * GRID; i++) {
            points[2 * i] = (float) (-HALF_WIDTH + i % GRID * step);
            points[2 * i + 1] = (float) (-HALF_WIDTH + i / GRID * step);
        }
        INDArray grid = Tensors.of(points, (long) GRID * GRID, 2);
        double[][] values = new double[GRID][GRID];
        for (int from = 0; from < GRID * GRID; from += BATCH) {
            int to = Math.min(GRID * GRID, from + BATCH);
            try (Pass pass = network.evaluate(Tensors.rows(grid, from, to))) {
                double[] part = Tensors.toDoubles(pass.output());
                for (int i = 0; i < part.length; i++) {
                    values[(from + i) / GRID][(from + i) % GRID] = part[i];
                }
            }
        }
        return values;
    }

    private void addSegments(XYChart chart, LabelledData samples) {
        Counterfactuals moved = TransportCounterfactual.faithful(1)
                .withBatchSize(BATCH)
                .explain(network, samples.features(), Score.binary());
        double[] from = Tensors.toDoubles(samples.features());
        double[] to = Tensors.toDoubles(moved.points(0));
        double[] labels = Tensors.toDoubles(samples.labels());
        List<LevelSets.Segment> outer = new ArrayList<>();
        List<LevelSets.Segment> inner = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            (labels[i] > 0 ? outer : inner)
                    .add(new LevelSets.Segment(from[2 * i], from[2 * i + 1], to[2 * i], to[2 * i + 1]));
        }
        Charts.addSegments(chart, "from the outer snowflake", outer, lighter(OUTER), new BasicStroke(1.1f));
        Charts.addSegments(chart, "from the inner snowflake", inner, lighter(INNER), new BasicStroke(1.1f));
    }

    private static Color lighter(Color colour) {
        return new Color((colour.getRed() + 255) / 2, (colour.getGreen() + 255) / 2, (colour.getBlue() + 255) / 2);
    }

    private static void addCurve(XYChart chart, String name, double[][] vertices, Color colour) {
        double[] x = new double[vertices.length + 1];
        double[] y = new double[vertices.length + 1];
        for (int i = 0; i < x.length; i++) {
            x[i] = vertices[i % vertices.length][0];
            y[i] = vertices[i % vertices.length][1];
        }
        Charts.addLine(chart, name, x, y, colour, new BasicStroke(1.8f));
    }
}
