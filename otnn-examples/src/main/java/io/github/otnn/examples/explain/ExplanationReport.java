package io.github.otnn.examples.explain;

import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.xai.picture.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an explanation leaves in its folder: the page, numbers, tables and pictures.
 *
 * @param samples what was explained
 * @param models one, or two that are shown side by side; numbers are those of the first
 * @param pixels from inputs to what is drawn
 * @param scale of the maps
 * @param ways of each sample to its rivals
 * @param judge says too what it sees on the ways; null for none
 * @param settings for the page and the pictures
 */
record ExplanationReport(
        Samples samples,
        List<ExplainedModel> models,
        PixelScale pixels,
        MapScale scale,
        List<Ways> ways,
        @Nullable StoredModel judge,
        Map<String, Object> settings) {

    /** Writes and publishes all files. */
    void write(RunFolder folder, List<Ways> classWays, long start) throws IOException {
        ExplanationTables tables = tables();
        Files.writeString(folder.file("samples.csv"), tables.samplesCsv());
        Files.writeString(folder.file("ways.csv"), tables.waysCsv());
        Files.writeString(folder.file("maps.csv"), tables.mapsCsv());
        HtmlReport page = new HtmlReport(
                "Explained decisions",
                samples.count() + " samples, decided by "
                        + models.get(0).model().file()
                        + ". f is the logit of the predicted class, its lead is over the runner-up; no perturbation within the"
                        + " certified radius (L2) changes the decision, and the attack shows one that does.");
        page.table(ExplanationTables.HEADER, tables.rows());
        if (samples.images()) {
            addPictures(page, folder, classWays);
        } else {
            addTables(page, folder, tables);
        }
        Metrics metrics = tables.metrics();
        if (!classWays.isEmpty()) {
            ClassWays turned = new ClassWays(samples, models.get(0), classWays);
            Files.writeString(folder.file("classes.csv"), turned.csv());
            turned.put(metrics);
        }
        metrics.put("seconds", (System.nanoTime() - start) / 1e9, "wall time of the whole program, s");
        folder.publish(metrics, page.numbers(metrics).settings(settings));
    }

    /** A line for each sample. */
    String summary() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : tables().rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %s, lead %s, certified radius %s, attack %s%n",
                    row.get(0),
                    row.get(2),
                    row.get(4),
                    row.get(5),
                    row.get(6)));
        }
        return text.toString();
    }

    private ExplanationTables tables() {
        return new ExplanationTables(samples, models.get(0), ways, Judged.of(judge, ways));
    }

    private void addPictures(HtmlReport page, RunFolder folder, List<Ways> classWays) throws IOException {
        ImagePictures pictures = new ImagePictures(samples, models, pixels, scale);
        if (!models.get(0).maps().isEmpty()) {
            page.section("Maps");
            picture(page, folder, "maps.png", pictures.maps(), ImagePictures.MAPS_CAPTION);
            picture(page, folder, "overlays.png", pictures.overlays(), "The same maps over the grey images.");
        }
        if (!classWays.isEmpty()) {
            page.section("Turned towards every class");
            picture(page, folder, "classes.png", pictures.classes(classWays), ImagePictures.CLASSES_CAPTION);
        }
        page.section("Ways to other classes").paragraph(ImagePictures.WAYS_CAPTION);
        for (int i = 0; i < samples.count(); i++) {
            String name = "ways-" + i + ".png";
            picture(
                    page,
                    folder,
                    name,
                    pictures.ways(ways.get(i), i),
                    samples.names().get(i));
        }
    }

    private void picture(HtmlReport page, RunFolder folder, String file, BufferedImage image, String caption)
            throws IOException {
        Map<String, String> parameters = new TreeMap<>();
        settings.forEach((name, value) -> parameters.put(name, String.valueOf(value)));
        PngFile.write(image, folder.file(file), parameters);
        page.picture(Files.readAllBytes(folder.file(file)), caption);
    }

    private void addTables(HtmlReport page, RunFolder folder, ExplanationTables tables) throws IOException {
        ExplainedModel explained = models.get(0);
        int features = Math.toIntExact(explained.model().input().length());
        List<String> header = new ArrayList<>(List.of("sample", "feature", "value"));
        explained.maps().keySet().forEach(method -> header.add(method.title()));
        List<List<String>> rows = new ArrayList<>();
        double[][] originals = new double[samples.count()][];
        for (int i = 0; i < samples.count(); i++) {
            originals[i] = ExplanationTables.values(pixels.toOriginal(samples.inputs()), i);
            for (int f = 0; f < features; f++) {
                List<String> row = new ArrayList<>(List.of(
                        samples.names().get(i),
                        explained.model().featureName(f),
                        ExplanationTables.text(originals[i][f])));
                for (MethodName method : explained.maps().keySet()) {
                    row.add(ExplanationTables.text(
                            ExplanationTables.values(explained.maps().get(method), i)[f]));
                }
                rows.add(row);
            }
        }
        page.section("Maps").table(header, rows);
        page.section("Ways to other classes").preformatted(tables.waysCsv());
        if (features == 2 && explained.model().outputs() == 1) {
            BufferedImage plane = new PlanePicture(explained, samples, ways).draw();
            page.section("The plane");
            picture(page, folder, "plane.png", plane, PlanePicture.CAPTION);
        }
    }
}
