package io.github.otnn.examples.evaluation;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.examples.twin.TwinTraining;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import io.github.otnn.layers.LayerCatalog;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.SmallCnn;
import io.github.otnn.loss.NamedLoss;
import io.github.otnn.loss.TauCrossEntropy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The networks of a report: trained for each seed, or read from files. */
final class TwinModels {
    static final int CLASSES = 10;

    private static final NamedLoss UNCONSTRAINED_LOSS = new TauCrossEntropy(1);

    private static final Shape IMAGE = Shape.of(28, 28, 1);

    private TwinModels() {}

    /**
     * Trains both twins for each seed.
     *
     * @param otnnLoss loss of the 1-Lipschitz one
     */
    static List<Twin> train(TwinTraining training, NamedLoss otnnLoss, LabelledData data, List<Long> seeds) {
        List<Twin> twins = new ArrayList<>();
        for (long seed : seeds) {
            for (Kind kind : Kind.values()) {
                ArchitectureOptions options = ArchitectureOptions.outputs(CLASSES);
                TwinTraining.Lesson lesson = new TwinTraining.Lesson(
                        kind.title() + " seed " + seed,
                        kind == Kind.OTNN ? SmallCnn.lipschitz(IMAGE, options) : SmallCnn.unconstrained(IMAGE, options),
                        kind == Kind.OTNN ? otnnLoss : UNCONSTRAINED_LOSS,
                        data,
                        "Fashion-MNIST, training images");
                twins.add(new Twin(seed, kind, training.train(lesson, seed)));
            }
        }
        return twins;
    }

    /**
     * Reads both twins.
     *
     * @param seed that stands for them in the tables
     * @throws IOException if a file cannot be read, or its network takes or gives something else than Fashion-MNIST needs
     */
    static List<Twin> read(Path otnn, Path unconstrained, long seed) throws IOException {
        return List.of(new Twin(seed, Kind.OTNN, read(otnn)), new Twin(seed, Kind.UNCONSTRAINED, read(unconstrained)));
    }

    /** Adds the losses to the settings of a report. */
    static void describe(NamedLoss otnnLoss, Map<String, Object> settings) {
        settings.put("network", "SmallCnn: conv 16, pool, conv 32, pool, dense 64, 10 logits");
        settings.put("loss of the OTNN", otnnLoss.describe());
        settings.put("loss of the unconstrained network", UNCONSTRAINED_LOSS.describe());
    }

    private static ModelFile read(Path file) throws IOException {
        ModelFile model = ModelFile.read(file, LayerCatalog.standard());
        Shape input = model.network().inputShape();
        Shape output = model.network().architecture().outputShape();
        if (!input.equals(IMAGE) || !output.equals(Shape.of(CLASSES))) {
            throw new IOException(file + ": expected a network from " + IMAGE + " to " + Shape.of(CLASSES)
                    + ", got one from " + input + " to " + output);
        }
        return model;
    }
}
