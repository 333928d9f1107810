package io.github.otnn.examples.fashion;

import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.plot.Charts;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.attribution.ChannelReduction;
import io.github.otnn.xai.attribution.Saliency;
import io.github.otnn.xai.attribution.TargetedGradient;
import io.github.otnn.xai.counterfactual.Counterfactuals;
import io.github.otnn.xai.counterfactual.TransportCounterfactual;
import io.github.otnn.xai.picture.ColourMap;
import io.github.otnn.xai.picture.HeatMap;
import io.github.otnn.xai.picture.ImageGrid;
import io.github.otnn.xai.picture.SampleImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pictures of a trained network: the first rightly classified test image of each class, explained. */
record FashionPictures(CondensedNetwork network, Certifier certifier, Certificates certificates, LabelledData test) {
    static final String SALIENCY_CAPTION =
            "One test image of each class: the image, its saliency (|gradient| of the predicted logit, dark is large), and the "
                    + "signed gradient (green raises the logit, red lowers it). r is the certified L2 radius.";
    static final String COUNTERFACTUAL_CAPTION =
            "Each image on the way to another class t: the targeted gradient of f_t (green +, red -) and "
                    + "x - T f_t grad f_t for growing T, clipped to [0, 1]. Below each picture the class that the network sees.";
    static final String CERTIFIED_CAPTION =
            "Certified accuracy: share of test images classified rightly under every L2 perturbation up to epsilon.";

    private static final int PIXEL = 4;
    private static final int BATCH = 100;
    private static final double[] TIMES = {1, 5, 10, 20};

    BufferedImage saliency() {
        LabelledData samples = samples();
        INDArray images = samples.features();
        Score score = Score.logit(samples.classIndices());
        INDArray saliency = new Saliency(ChannelReduction.MAX_ABS, BATCH).explain(network, images, score);
        INDArray gradient = new TargetedGradient(ChannelReduction.MEAN, BATCH).explain(network, images, score);
        double[][] logits = logits(images);
        double[] radii =
                certifier.certify(images, samples.classIndices(), BATCH).labelRadii();
        ImageGrid grid = ImageGrid.withColumns(3).columnTitles(List.of("image", "saliency", "gradient"));
        HeatMap greys = new HeatMap(ColourMap.GREYS_REVERSED, PIXEL);
        HeatMap signed = new HeatMap(ColourMap.RED_WHITE_GREEN, PIXEL);
        for (int i = 0; i < samples.size(); i++) {
            int label = samples.classIndices()[i];
            String title = String.format(Locale.ROOT, "f = %.2f, r = %.2f", logits[i][label], radii[i]);
            grid.add(
                    SampleImage.zeroToOne(PIXEL).draw(images, i),
                    test.classNames().get(label));
            grid.add(greys.draw(saliency, i), title);
            grid.add(signed.draw(gradient, i));
        }
        return grid.draw();
    }

    BufferedImage counterfactuals() {
        LabelledData samples = samples();
        int[] labels = samples.classIndices();
        // a neighbouring garment: tops become tops, shoes become shoes
        int[] neighbour = {6, 3, 4, 1, 2, 7, 0, 9, 2, 5};
        int[] targets = IntStream.of(labels).map(label -> neighbour[label]).toArray();
        Score score = Score.logit(targets);
        INDArray gradient =
                new TargetedGradient(ChannelReduction.MEAN, BATCH).explain(network, samples.features(), score);
        Counterfactuals moved = TransportCounterfactual.faithful(TIMES)
                .withBatchSize(BATCH)
                .clippedTo(0, 1)
                .explain(network, samples.features(), score);
        ImageGrid grid = ImageGrid.withColumns(2 + TIMES.length)
                .columnTitles(List.of("image", "gradient of f_t", "T = 1", "T = 5", "T = 10", "T = 20"));
        HeatMap signed = new HeatMap(ColourMap.RED_WHITE_GREEN, PIXEL);
        SampleImage image = SampleImage.zeroToOne(PIXEL);
        for (int i = 0; i < samples.size(); i++) {
            grid.add(image.draw(samples.features(), i), name(moved.predictionBefore(i)));
            grid.add(signed.draw(gradient, i), "t: " + name(targets[i]));
            for (int t = 0; t < TIMES.length; t++) {
                grid.add(image.draw(moved.points(t), i), name(moved.prediction(t, i)));
            }
        }
        return grid.draw();
    }

    BufferedImage certifiedAccuracy() {
        int steps = 101;
        double[] epsilons =
                IntStream.range(0, steps).mapToDouble(i -> i * 0.015).toArray();
        double[] shares = IntStream.range(0, steps)
                .mapToDouble(i -> certificates.certifiedAccuracy(epsilons[i]))
                .toArray();
        XYChart chart =
                Charts.lines("Certified accuracy", "L2 perturbation epsilon, pixels in [0, 1]", "share", 720, 380);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        Charts.addLine(chart, "certified accuracy", epsilons, shares, new Color(0x1F5FBF), new BasicStroke(2f));
        return Charts.draw(chart);
    }

    /** The first rightly classified image of each class. */
    private LabelledData samples() {
        int[] labels = test.classIndices();
        return test.subset(IntStream.range(0, test.classNames().size())
                .flatMap(label -> IntStream.range(0, labels.length)
                        .filter(i -> labels[i] == label && certificates.predicted()[i] == label)
                        .limit(1))
                .toArray());
    }

    private double[][] logits(INDArray images) {
        double[] values = Tensors.toDoubles(network.predict(images, BATCH));
        int classes = test.classNames().size();
        double[][] rows = new double[values.length / classes][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = java.util.Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
        }
        return rows;
    }

    private String name(int label) {
        return test.classNames().get(label);
    }
}
