package io.github.otnn.core.io;

import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.NetworkState;
import io.github.otnn.core.train.StepTimes;
import io.github.otnn.core.train.TrainingPlan;
import io.github.otnn.core.train.TrainingPosition;
import io.github.otnn.core.train.TrainingSettings;
import io.github.otnn.core.train.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training run between two steps, as a file: raw weights, running arrays, the optimiser's state, what the loss has learned, and
 * the position. {@link io.github.otnn.core.train.Trainer#resume} goes on from there. As safe to read as a {@link ModelFile}.
 */
public final class TrainingFile {
    private static final String UPDATER = "updater/state";
    private static final List<String> FOLDERS = List.of("raw/", "projection/", "state/");

    private TrainingFile() {}

    /**
     * Writes a state, whole or not at all.
     *
     * @param cost of the run so far, by which the best of several is known; NaN if it has none
     * @throws IOException if it cannot be written
     */
    public static void write(TrainingState state, double cost, Path file, RecordCatalog catalog) throws IOException {
        Map<String, Object> json = OtnnFile.start(OtnnFile.TRAINING, OtnnFile.library());
        json.put("type", state.network().type().name());
        json.put("architecture", NetworkJson.write(state.network().architecture(), catalog));
        json.put("plan", write(state.plan()));
        json.put("position", write(state.position()));
        List<Object> scalars = new ArrayList<>();
        for (TrainingState.Scalar scalar : state.scalars()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("name", scalar.name());
            each.put("value", scalar.value());
            scalars.add(each);
        }
        json.put("scalars", scalars);
        json.put("cost", Fields.ofNumber(cost));
        List<NamedArray> arrays = new ArrayList<>();
        state.network().arrays().forEach((name, array) -> arrays.add(new NamedArray(name, array)));
        arrays.add(new NamedArray(UPDATER, state.updater()));
        OtnnFile.write(file, json, arrays);
    }

    /**
     * Reads a state.
     *
     * @param catalog the layers that it may name
     * @throws ModelFormatException if the file is damaged, altered or of another kind
     * @throws IOException if it cannot be read
     */
    public static TrainingState read(Path file, RecordCatalog catalog) throws IOException {
        return OtnnFile.read(file, reader -> read(reader, catalog));
    }

    /** The cost that a file was written with. */
    static double cost(Path file) throws IOException {
        return OtnnFile.read(file, reader -> {
            OtnnFile.readStart(reader.description(), OtnnFile.TRAINING);
            return reader.description().number("cost");
        });
    }

    private static TrainingState read(ArchiveReader reader, RecordCatalog catalog) throws IOException {
        Fields fields = reader.description();
        OtnnFile.readStart(fields, OtnnFile.TRAINING);
        DataType type = ArrayInfo.typeFrom(fields);
        Architecture architecture = NetworkJson.read(fields.object("architecture"), catalog);
        TrainingPlan plan = readPlan(fields.object("plan"));
        TrainingPosition position = readPosition(fields.object("position"));
        List<TrainingState.Scalar> scalars = new ArrayList<>();
        for (Object each : fields.list("scalars")) {
            Fields scalar = Fields.of(fields.place("scalars") + "[" + scalars.size() + "]", each);
            scalars.add(new TrainingState.Scalar(scalar.text("name"), scalar.number("value")));
            scalar.requireNoOthers();
        }
        fields.number("cost");
        fields.any("arrays");
        fields.requireNoOthers();
        for (ArrayInfo info : reader.arrays()) {
            boolean known = info.name().equals(UPDATER) || FOLDERS.stream().anyMatch(info.name()::startsWith);
            if (!known || info.type() != type) {
                throw new ModelFormatException("array '" + info.name() + "' (" + info.type()
                        + ") belongs to no training state of type " + type);
            }
        }
        if (reader.arrays().stream().noneMatch(info -> info.name().equals(UPDATER))) {
            throw new ModelFormatException("array '" + UPDATER + "' is missing");
        }
        Map<String, INDArray> arrays = reader.readArrays();
        INDArray updater = arrays.remove(UPDATER);
        return new TrainingState(plan, position, new NetworkState(architecture, type, arrays), updater, scalars);
    }

    private static Map<String, Object> write(TrainingPlan plan) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("epochs", (long) plan.settings().epochs());
        json.put("batchSize", (long) plan.settings().batchSize());
        json.put("microBatchSize", (long) plan.settings().microBatchSize());
        json.put("seed", plan.settings().seed());
        json.put("workers", (long) plan.workers());
        json.put("loss", plan.loss());
        json.put("updater", plan.updater());
        json.put("samples", (long) plan.samples());
        json.put("dataDigest", plan.dataDigest());
        return json;
    }

    private static TrainingPlan readPlan(Fields fields) throws ModelFormatException {
        TrainingSettings settings = new TrainingSettings(
                fields.count("epochs"),
                fields.count("batchSize"),
                fields.count("microBatchSize"),
                fields.whole("seed"));
        TrainingPlan plan = new TrainingPlan(
                settings,
                fields.count("workers"),
                fields.text("loss"),
                fields.text("updater"),
                fields.count("samples"),
                fields.text("dataDigest"));
        fields.requireNoOthers();
        return plan;
    }

    private static Map<String, Object> write(TrainingPosition position) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("epoch", (long) position.epoch());
        json.put("batch", (long) position.batch());
        json.put("steps", position.steps());
        json.put("earlierSteps", position.earlierSteps());
        json.put("samples", position.samples());
        json.put("lossSum", Fields.ofNumber(position.lossSum()));
        json.put("lastEpochLoss", Fields.ofNumber(position.lastEpochLoss()));
        json.put("seconds", position.seconds());
        StepTimes times = position.times();
        json.put(
                "nanoseconds",
                List.of(times.data(), times.network(), times.loss(), times.constraint(), times.update()));
        return json;
    }

    private static TrainingPosition readPosition(Fields fields) throws ModelFormatException {
        long[] times = fields.wholes("nanoseconds");
        if (times.length != 5) {
            throw new ModelFormatException(fields.place("nanoseconds") + ": expected 5 times, got " + times.length);
        }
        TrainingPosition position = new TrainingPosition(
                fields.count("epoch"),
                fields.count("batch"),
                fields.whole("steps"),
                fields.whole("earlierSteps"),
                fields.whole("samples"),
                fields.number("lossSum"),
                fields.number("lastEpochLoss"),
                fields.number("seconds"),
                new StepTimes(times[0], times[1], times[2], times[3], times[4]));
        fields.requireNoOthers();
        return position;
    }
}
