package io.github.otnn.examples.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.xai.picture.PngFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class ChartsTest {
    private static final int BAR = 0x2B7BBA;
    private static final int LINE = 0x1F5FBF;

    @TempDir
    private Path folder;

    @Test
    void equalDataGiveEqualBytes() throws IOException {
        for (String run : List.of("a", "b")) {
            PngFile.write(curve(0, 1, 4), folder.resolve("curve-" + run), Map.of("seed", "7"));
            PngFile.write(histogram(0.1, 0.1, 0.9), folder.resolve("histogram-" + run), Map.of("seed", "7"));
        }
        assertThat(folder.resolve("curve-a")).hasSameBinaryContentAs(folder.resolve("curve-b"));
        assertThat(folder.resolve("histogram-a")).hasSameBinaryContentAs(folder.resolve("histogram-b"));
    }

    @Test
    void barsGrowWithTheNumberOfValues() {
        BufferedImage picture = histogram(0.1, 0.1, 0.9);
        int left = pixels(picture, BAR, 0, picture.getWidth() / 2);
        int right = pixels(picture, BAR, picture.getWidth() / 2, picture.getWidth());
        assertThat(right).isPositive();
        assertThat((double) left / right).isBetween(1.9, 2.1);
    }

    @Test
    void valuesThatAreAllEqualAreOneBar() {
        BufferedImage picture = histogram(0.5, 0.5);
        assertThat(pixels(picture, BAR, 0, picture.getWidth())).isPositive();
    }

    @Test
    void constantCurveIsALevelLine() {
        BufferedImage picture = curve(2, 2, 2);
        long rows = IntStream.range(0, picture.getHeight())
                .filter(y ->
                        IntStream.range(0, picture.getWidth()).anyMatch(x -> (picture.getRGB(x, y) & 0xFFFFFF) == LINE))
                .count();
        assertThat(rows).isBetween(1L, 3L);
        assertThat(pixels(picture, LINE, 0, picture.getWidth())).isGreaterThan(300);
    }

    private static BufferedImage curve(double... y) {
        double[] x = new double[y.length];
        Arrays.setAll(x, i -> i);
        XYChart chart = Charts.lines("curve", "x", "y", 480, 320);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(4.0);
        Charts.addLine(chart, "y", x, y, new Color(LINE), new BasicStroke(2f));
        return Charts.draw(chart);
    }

    private static BufferedImage histogram(Double... values) {
        return Charts.histogram("values", "value", List.of(values), 0, 1);
    }

    private static int pixels(BufferedImage picture, int colour, int from, int to) {
        int count = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = from; x < to; x++) {
                count += (picture.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
            }
        }
        return count;
    }
}
