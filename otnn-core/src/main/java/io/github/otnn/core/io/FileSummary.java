package io.github.otnn.core.io;

import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.train.TrainingPosition;
import io.github.otnn.core.train.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What a file holds, as text for people. Everything is checked as if it were loaded. */
public final class FileSummary {
    private FileSummary() {}

    /**
     * Describes a model or a training state.
     *
     * @throws ModelFormatException if it is damaged, altered or unknown
     * @throws IOException if it cannot be read
     */
    public static String of(Path file, RecordCatalog catalog) throws IOException {
        String kind = OtnnFile.read(file, reader -> reader.description().text("kind"));
        if (kind.equals(OtnnFile.TRAINING)) {
            return of(TrainingFile.read(file, catalog));
        }
        return of(ModelFile.read(file, catalog));
    }

    private static String of(ModelFile model) {
        CondensedNetwork network = model.network();
        ModelDescription description = model.description();
        StringJoiner text = new StringJoiner("\n");
        text.add("model, written by otnn " + model.library() + ", " + network.type());
        text.add(network.inputShape() + " -> " + network.architecture().outputShape());
        if (!description.classNames().isEmpty()) {
            text.add("classes: " + String.join(", ", description.classNames()));
        }
        if (!description.featureNames().isEmpty()) {
            text.add("features: " + String.join(", ", description.featureNames()));
        }
        text.add("input scale: (original - " + description.inputScale().offset() + ") * "
                + description.inputScale().factor());
        NamedSettings loss = description.loss();
        if (loss != null) {
            text.add("loss: " + loss.name() + " " + loss.values());
        }
        Provenance training = description.training();
        if (training != null) {
            text.add("trained on " + training.data() + " (" + training.samples() + " samples, sha256 "
                    + training.dataDigest() + ")");
            text.add("seed " + training.seed() + ", " + training.epochs() + " epochs, " + training.steps()
                    + " steps of " + training.batchSize() + ", " + updater(training.updater()));
        }
        text.add("").add("layers and proven Lipschitz bounds:");
        for (int i = 0; i < model.audit().layers().size(); i++) {
            Architecture.Stage stage = network.architecture().stages().get(i);
            StoredAudit.LayerBound layer = model.audit().layers().get(i);
            text.add(String.format(
                    Locale.ROOT,
                    "  %-16s %-42s %-12s %.9f",
                    stage.name(),
                    stage.layer().describe(stage.input()),
                    stage.output(),
                    layer.bound().vector()));
        }
        text.add(String.format(
                Locale.ROOT,
                "each logit %.9f, all logits %.9f; verified",
                model.audit().logit(),
                model.audit().vector()));
        return text.toString();
    }

    private static String of(TrainingState state) {
        TrainingPosition at = state.position();
        StringJoiner text = new StringJoiner("\n");
        text.add("training state, " + state.network().type());
        text.add("epoch " + at.epoch() + " of " + state.plan().settings().epochs() + ", batch " + at.batch() + ", "
                + at.steps() + " steps; loss of the last epoch " + at.lastEpochLoss());
        text.add("seed " + state.plan().settings().seed() + ", batches of "
                + state.plan().settings().batchSize() + ", " + state.plan().workers() + " workers");
        text.add("loss: " + state.plan().loss());
        text.add("updater: " + updater(state.plan().updater()));
        text.add("data: " + state.plan().samples() + " samples, sha256 "
                + state.plan().dataDigest());
        state.scalars().forEach(scalar -> text.add("learned " + scalar.name() + ": " + scalar.value()));
        text.add("").add("arrays:");
        for (Map.Entry<String, ?> array : state.network().arrays().entrySet()) {
            text.add("  " + array.getKey());
        }
        return text.toString();
    }

    /** Without the NaN that ND4J puts where a schedule takes the place of a number, and without schedules that are none. */
    static String updater(String description) {
        return description.replaceAll("\\b(\\w+)=NaN, (?=\\1Schedule=)", "").replaceAll(", \\w+Schedule=null\\b", "");
    }
}
