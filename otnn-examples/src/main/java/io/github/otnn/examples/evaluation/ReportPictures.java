package io.github.otnn.examples.evaluation;

import io.github.otnn.core.data.LabelledData;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.picture.ColourMap;
import io.github.otnn.xai.picture.HeatMap;
import io.github.otnn.xai.picture.ImageGrid;
import io.github.otnn.xai.picture.SampleImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maps and curves of the first seed.
 *
 * @param plan methods with their settings
 * @param findings the numbers
 */
record ReportPictures(Plan plan, Findings findings) {
    private static final int SAMPLES = 6;
    private static final int PIXEL = 3;

    /** Test images with the maps of all methods, for one network. */
    BufferedImage maps(Twin twin, LabelledData images) {
        LabelledData some = images.range(0, Math.min(SAMPLES, images.size()));
        int[] predicted = twin.predictions(some);
        Score score = Score.logit(predicted);
        List<INDArray> maps = plan.methods().stream()
                .map(method -> method.create(plan).explain(method.explained(twin.network()), some.features(), score))
                .toList();
        List<String> titles = new ArrayList<>(List.of("image"));
        plan.methods().forEach(method -> titles.add(method.toString()));
        ImageGrid grid = ImageGrid.withColumns(titles.size())
                .heading(twin.kind().title())
                .columnTitles(titles);
        for (int i = 0; i < some.size(); i++) {
            grid.add(
                    SampleImage.zeroToOne(PIXEL).draw(some.features(), i),
                    images.classNames().get(predicted[i]));
            for (int m = 0; m < maps.size(); m++) {
                grid.add(new HeatMap(colours(plan.methods().get(m)), PIXEL).draw(maps.get(m), i));
            }
        }
        return grid.draw();
    }

    private static ColourMap colours(Method method) {
        return switch (method) {
            case GRADIENT_INPUT, INTEGRATED_GRADIENTS, SMOOTH_GRAD -> ColourMap.RED_WHITE_GREEN;
            default -> ColourMap.GREYS_REVERSED;
        };
    }

    /** Mean score while pixels are taken away or given back, a line for each method. */
    BufferedImage curves(Kind kind, Measure measure) {
        XYChart chart = Charts.lines(
                measure.title() + ": " + kind.title(),
                "share of the pixels changed",
                "mean logit of the predicted class",
                640,
                380);
        chart.getStyler().setLegendVisible(true).setLegendPosition(Styler.LegendPosition.OutsideE);
        List<Method> methods = findings.measured(measure);
        for (int m = 0; m < methods.size(); m++) {
            double[] scores = findings.curve(kind, methods.get(m), measure).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            double[] shares = IntStream.range(0, scores.length)
                    .mapToDouble(i -> (double) i / (scores.length - 1))
                    .toArray();
            Color colour = Color.getHSBColor((float) m / methods.size(), 0.75f, m % 2 == 0 ? 0.85f : 0.6f);
            Charts.addLine(chart, methods.get(m).toString(), shares, scores, colour, new BasicStroke(2f));
        }
        return Charts.draw(chart);
    }
}
