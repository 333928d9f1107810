package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.Distribution;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.feature.FeatureImages;
import io.github.otnn.xai.feature.FeatureVisualisation;
import io.github.otnn.xai.picture.ImageGrid;
import io.github.otnn.xai.picture.SampleImage;
import io.github.otnn.xai.picture.ValueLimits;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the classes of a model like best, climbed to from one start.
 *
 * @param model the model
 * @param start where the ascents begin, the same image for all classes
 * @param images of all classes, in order
 * @param seen class that the model sees in each
 */
record LikedImages(StoredModel model, Start start, FeatureImages images, int[] seen) {
    static final String CAPTION =
            "A row for each model and start, a column for each class: where the ascent of its logit has ended. Above each image the"
                    + " logit at the start and at the end, and the class that the model sees where it is another one.";

    private static final double GREY = 127.5;
    private static final double WHITE = 255;
    private static final int WANTED_SIZE = 112;

    /** Where ascents begin. */
    enum Start {
        /** All pixels half way between black and white. */
        GREY,
        /** Pixels evenly distributed between black and white, the same for each class. */
        NOISE;

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        private double[] pixels(int count, long seed) {
            double[] pixels = new double[count];
            SplittableRandom random = new SplittableRandom(seed);
            Arrays.setAll(pixels, p -> this == GREY ? LikedImages.GREY : random.nextDouble(WHITE));
            return pixels;
        }
    }

    static LikedImages of(
            StoredModel model,
            Start start,
            FeatureVisualisation ascent,
            PixelScale pixels,
            long seed,
            Progress progress) {
        int classes = model.outputs();
        double[] one = start.pixels(Math.toIntExact(model.input().length()), seed);
        double[] all = new double[classes * one.length];
        int[] targets = new int[classes];
        for (int k = 0; k < classes; k++) {
            System.arraycopy(one, 0, all, k * one.length, one.length);
            targets[k] = k;
        }
        FeatureImages images = ascent.run(
                model.network(), pixels.toInput(all, classes, model.input()), Score.logit(targets), progress);
        double[] logits = Tensors.toDoubles(model.network().predict(images.images()));
        int[] seen = new int[classes];
        Arrays.setAll(seen, k -> ExplainedModel.decide(Arrays.copyOfRange(logits, k * classes, (k + 1) * classes)));
        return new LikedImages(model, start, images, seen);
    }

    /** A quarter of the L2 distance from grey to black or white. */
    static double quarterReach(StoredModel model, PixelScale pixels) {
        int length = Math.toIntExact(model.input().length());
        double[] grey = Start.GREY.pixels(length, 0);
        double[] white = new double[length];
        Arrays.fill(white, WHITE);
        return pixels.toInput(grey, 1, model.input()).distance2(pixels.toInput(white, 1, model.input())) / 4;
    }

    /** One line. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "%s from %s: %d of %d classes seen as themselves, logits rise by %.3g of the way (median)",
                model.file(),
                start.title(),
                recognised(),
                seen.length,
                rises().median());
    }

    void put(Metrics metrics, String name) {
        metrics.put(
                        name + "_recognised",
                        recognised(),
                        "images from " + start.title() + " in which the model sees the class that was climbed to")
                .put(
                        name + "_median_rise",
                        rises().median(),
                        "median rise of the logit over the length of the way; at most the Lipschitz constant");
    }

    private long recognised() {
        return IntStream.range(0, seen.length).filter(k -> seen[k] == k).count();
    }

    private Distribution rises() {
        double[] rises = new double[seen.length];
        Arrays.setAll(rises, k -> images.pathLengths()[k] == 0 ? 0 : rise(k) / images.pathLengths()[k]);
        return Distribution.of(rises);
    }

    private double rise(int k) {
        return images.after()[k] - images.before()[k];
    }

    static String csv(List<LikedImages> all) {
        StringBuilder text = new StringBuilder("model,start,class,before,after,distance,way,seen\n");
        for (LikedImages liked : all) {
            for (int k = 0; k < liked.seen.length; k++) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%.9g,%.9g,%.9g,%.9g,%s\n",
                        ExplanationTables.quoted(liked.model.file().toString()),
                        liked.start.title(),
                        ExplanationTables.quoted(liked.model.className(k)),
                        liked.images.before()[k],
                        liked.images.after()[k],
                        liked.images.distances()[k],
                        liked.images.pathLengths()[k],
                        ExplanationTables.quoted(liked.model.className(liked.seen[k]))));
            }
        }
        return text.toString();
    }

    static BufferedImage picture(List<LikedImages> all, PixelScale pixels) {
        StoredModel first = all.get(0).model;
        List<String> titles = new ArrayList<>();
        for (int k = 0; k < first.outputs(); k++) {
            titles.add(first.className(k));
        }
        ImageGrid grid = ImageGrid.withColumns(titles.size()).columnTitles(titles);
        List<String> rows = new ArrayList<>();
        int size = (int) Math.max(1, WANTED_SIZE / first.input().size(1));
        SampleImage drawing = new SampleImage(new ValueLimits(0, WHITE), size);
        for (LikedImages liked : all) {
            rows.add((liked.model == first ? "model 1" : "model 2") + "\nfrom " + liked.start.title());
            INDArray originals = pixels.toOriginal(liked.images.images());
            for (int k = 0; k < liked.seen.length; k++) {
                grid.add(drawing.draw(originals, k), liked.title(k));
            }
        }
        return grid.rowTitles(rows).draw();
    }

    private String title(int k) {
        String numbers = String.format(Locale.ROOT, "%.3g to %.3g", images.before()[k], images.after()[k]);
        return numbers + (seen[k] == k ? "" : "\nsees " + model.className(seen[k]));
    }
}
