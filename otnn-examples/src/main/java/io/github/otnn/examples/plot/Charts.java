package io.github.otnn.examples.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** House style of the charts. */
public final class Charts {
    private Charts() {}

    /** An empty chart of lines and points on white. */
    public static XYChart lines(String title, String xTitle, String yTitle, int width, int height) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setLegendVisible(false);
        chart.getStyler().setPlotGridLinesVisible(true).setPlotGridLinesColor(new Color(0xE8E8E8));
        chart.getStyler().setMarkerSize(3);
        return chart;
    }

    /** Adds separate pieces as one series, with gaps between them. */
    public static void addSegments(
            XYChart chart, String name, List<LevelSets.Segment> segments, Color colour, BasicStroke stroke) {
        if (segments.isEmpty()) {
            return;
        }
        double[] x = new double[3 * segments.size()];
        double[] y = new double[3 * segments.size()];
        for (int i = 0; i < segments.size(); i++) {
            LevelSets.Segment segment = segments.get(i);
            x[3 * i] = segment.x1();
            y[3 * i] = segment.y1();
            x[3 * i + 1] = segment.x2();
            y[3 * i + 1] = segment.y2();
            // XChart lifts its pen at NaN; the x of a gap must still be a number
            x[3 * i + 2] = segment.x2();
            y[3 * i + 2] = Double.NaN;
        }
        addLine(chart, name, x, y, colour, stroke);
    }

    /** Adds pieces as one series, joined where they touch, so that dashes run along the whole line. */
    public static void addChains(
            XYChart chart, String name, List<LevelSets.Segment> segments, Color colour, BasicStroke stroke) {
        List<List<double[]>> chains = LevelSets.chains(segments);
        if (chains.isEmpty()) {
            return;
        }
        int length = chains.stream().mapToInt(chain -> chain.size() + 1).sum();
        double[] x = new double[length];
        double[] y = new double[length];
        int next = 0;
        for (List<double[]> chain : chains) {
            for (double[] point : chain) {
                x[next] = point[0];
                y[next++] = point[1];
            }
            x[next] = chain.get(chain.size() - 1)[0];
            y[next++] = Double.NaN;
        }
        addLine(chart, name, x, y, colour, stroke);
    }

    /** Adds a line without markers. */
    public static void addLine(XYChart chart, String name, double[] x, double[] y, Color colour, BasicStroke stroke) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(stroke);
    }

    /** Adds points without a line. */
    public static void addPoints(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(colour);
    }

    /** Histogram of values. */
    public static BufferedImage histogram(String title, String xTitle, List<Double> values, double low, double high) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(720)
                .height(360)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle("samples")
                .build();
        // a copy: XChart looks for null, which lists made by List.of answer with an exception
        Histogram histogram = new Histogram(new ArrayList<>(values), 30, low, high);
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setLegendVisible(false);
        chart.getStyler()
                .setAvailableSpaceFill(0.96)
                .setXAxisDecimalPattern("0.00")
                .setXAxisMaxLabelCount(11);
        chart.addSeries("samples", histogram.getxAxisData(), histogram.getyAxisData())
                .setFillColor(new Color(0x2B7BBA));
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** Draws a chart. */
    public static BufferedImage draw(XYChart chart) {
        return BitmapEncoder.getBufferedImage(chart);
    }
}
