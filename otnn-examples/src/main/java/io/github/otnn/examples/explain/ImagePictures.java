package io.github.otnn.examples.explain;

import io.github.otnn.xai.picture.ColourMap;
import io.github.otnn.xai.picture.ImageGrid;
import io.github.otnn.xai.picture.Overlay;
import io.github.otnn.xai.picture.SampleImage;
import io.github.otnn.xai.picture.ValueLimits;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of explained images.
 *
 * @param samples the images
 * @param models one, or two that are shown side by side
 * @param pixels from inputs to what is drawn
 * @param scale of the maps
 */
record ImagePictures(Samples samples, List<ExplainedModel> models, PixelScale pixels, MapScale scale) {
    static final String MAPS_CAPTION =
            "Maps of the score of the predicted class. Maps with a sign: green for, red against, white 0; the others from dark "
                    + "(small) to yellow (large). Above each map the values of the first and the last colour.";
    static final String WAYS_CAPTION =
            "The way from the decision to other classes: what would have to be added (green) or taken away (red), and the image "
                    + "at growing t, where t = 1 would be the boundary if the network were linear. Above each image the class that "
                    + "the network sees then; * marks a changed decision.";
    static final String CLASSES_CAPTION =
            "Each image x turned towards every other class k by its own logit: x - T f_k grad f_k, and below it the gradient of f_k "
                    + "(green +, red -), also for the class that it has. Above each image the class that the network sees then; * where it is k.";

    private static final int WANTED_SIZE = 112;
    private static final double ALPHA = 0.5;

    /** A row for each sample, a column for each method of each model. */
    BufferedImage maps() {
        return grid((image, map) -> map);
    }

    /** The same over the grey images. */
    BufferedImage overlays() {
        return grid(new Overlay(ALPHA)::draw);
    }

    private BufferedImage grid(BinaryOperator<BufferedImage> combine) {
        List<String> titles = new ArrayList<>(List.of("image"));
        for (int m = 0; m < models.size(); m++) {
            for (MethodName method : models.get(m).maps().keySet()) {
                titles.add(models.size() == 1 ? method.title() : "model " + (m + 1) + "\n" + method.title());
            }
        }
        ImageGrid grid = ImageGrid.withColumns(titles.size()).columnTitles(titles);
        if (scale == MapScale.SHARED && titles.size() == 2) {
            addBar(grid);
        }
        INDArray originals = pixels.toOriginal(samples.inputs());
        for (int i = 0; i < samples.count(); i++) {
            BufferedImage image = image(originals, i);
            grid.add(image, title(i));
            for (ExplainedModel explained : models) {
                for (MethodName method : explained.maps().keySet()) {
                    INDArray maps = explained.maps().get(method);
                    ColourMap colours = colours(method);
                    BufferedImage map = scale.draw(maps, i, colours, pixelSize());
                    String title = scale.describe(maps, i, colours);
                    boolean firstOfSecond = explained != models.get(0)
                            && method == explained.maps().keySet().iterator().next();
                    grid.add(combine.apply(image, map), firstOfSecond ? decision(explained, i) + "\n" + title : title);
                }
            }
        }
        return grid.draw();
    }

    /** Legend of the only method, whose maps have one scale. */
    private void addBar(ImageGrid grid) {
        MethodName method = models.get(0).maps().keySet().iterator().next();
        ColourMap colours = colours(method);
        grid.colourBar(colours, scale.limits(models.get(0).maps().get(method), 0, colours), method.title());
    }

    /** One sample on the ways to its rivals. */
    BufferedImage ways(Ways ways, int sample) {
        List<Double> times = ways.moved().times();
        List<String> titles = new ArrayList<>(List.of("image", "direction"));
        times.forEach(t -> titles.add("t = " + number(t)));
        ExplainedModel explained = models.get(0);
        INDArray originals = pixels.toOriginal(samples.inputs());
        ImageGrid grid = ImageGrid.withColumns(titles.size()).columnTitles(titles);
        List<String> rows = new ArrayList<>();
        for (int way = 0; way < ways.targets().length; way++) {
            rows.add("to " + explained.model().className(ways.targets()[way]));
            if (way == 0) {
                grid.add(
                        image(originals, sample),
                        explained.model().className(explained.predicted()[sample]));
            } else {
                grid.addGap();
            }
            grid.add(MapScale.PER_MAP.draw(ways.directions(), way, ColourMap.RED_WHITE_GREEN, pixelSize()));
            for (int t = 0; t < times.size(); t++) {
                INDArray points = pixels.toOriginal(ways.moved().points(t));
                int seen = ways.moved().prediction(t, way);
                grid.add(
                        image(points, way),
                        explained.model().className(seen) + (seen == explained.predicted()[sample] ? "" : " *"));
            }
        }
        return grid.rowTitles(rows).draw();
    }

    /** All samples turned towards all classes, two rows each: the image and the gradient. */
    BufferedImage classes(List<Ways> ofSamples) {
        ExplainedModel explained = models.get(0);
        int outputs = explained.model().outputs();
        List<String> titles = new ArrayList<>(List.of("image"));
        for (int k = 0; k < outputs; k++) {
            titles.add("to " + explained.model().className(k));
        }
        ImageGrid grid = ImageGrid.withColumns(titles.size()).columnTitles(titles);
        INDArray originals = pixels.toOriginal(samples.inputs());
        for (int i = 0; i < samples.count(); i++) {
            Ways ways = ofSamples.get(i);
            INDArray points = pixels.toOriginal(ways.moved().points(0));
            grid.add(image(originals, i), explained.model().className(explained.predicted()[i]));
            for (int k = 0; k < outputs; k++) {
                if (k == explained.predicted()[i]) {
                    grid.addGap();
                    continue;
                }
                int seen = ways.moved().prediction(0, k);
                grid.add(image(points, k), explained.model().className(seen) + (seen == k ? " *" : ""));
            }
            grid.addGap();
            for (int k = 0; k < outputs; k++) {
                grid.add(MapScale.PER_MAP.draw(ways.directions(), k, ColourMap.RED_WHITE_GREEN, pixelSize()));
            }
        }
        return grid.draw();
    }

    /** Signed maps are white at 0. */
    static ColourMap colours(MethodName method) {
        return method.signed() ? ColourMap.RED_WHITE_GREEN : ColourMap.VIRIDIS;
    }

    private BufferedImage image(INDArray originals, int sample) {
        return new SampleImage(new ValueLimits(0, 255), pixelSize()).draw(originals, sample);
    }

    private int pixelSize() {
        return (int) Math.max(1, WANTED_SIZE / samples.inputs().size(2));
    }

    private String title(int sample) {
        int[] labels = samples.labels();
        ExplainedModel first = models.get(0);
        return samples.names().get(sample)
                + (labels == null ? "" : "\n" + first.model().className(labels[sample]))
                + "\n" + decision(first, sample);
    }

    private static String decision(ExplainedModel explained, int sample) {
        return String.format(
                Locale.ROOT,
                "seen: %s\nf %.2f%s",
                explained.model().className(explained.predicted()[sample]),
                explained.value(sample),
                explained.certified()
                        ? String.format(Locale.ROOT, ", r %.2g", explained.radii()[sample])
                        : "");
    }

    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
