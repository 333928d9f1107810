package io.github.otnn.core.io;

import io.github.otnn.core.network.LipschitzBound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is said of a model, and its audit, as JSON. */
final class DescriptionJson {
    private DescriptionJson() {}

    static void write(ModelDescription description, Map<String, Object> into) {
        into.put("classes", description.classNames());
        into.put("features", description.featureNames());
        Map<String, Object> scale = new LinkedHashMap<>();
        scale.put("offset", description.inputScale().offset());
        scale.put("factor", description.inputScale().factor());
        into.put("inputScale", scale);
        NamedSettings loss = description.loss();
        if (loss != null) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", loss.name());
            json.put("settings", new LinkedHashMap<String, Object>(loss.values()));
            into.put("loss", json);
        }
        Provenance training = description.training();
        if (training != null) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("data", training.data());
            json.put("dataDigest", training.dataDigest());
            json.put("samples", (long) training.samples());
            json.put("seed", training.seed());
            json.put("epochs", (long) training.epochs());
            json.put("steps", training.steps());
            json.put("batchSize", (long) training.batchSize());
            json.put("updater", training.updater());
            into.put("training", json);
        }
    }

    static ModelDescription read(Fields fields) throws ModelFormatException {
        Fields scale = fields.object("inputScale");
        InputScale inputScale;
        try {
            inputScale = new InputScale(scale.numbers("offset"), scale.numbers("factor"));
        } catch (IllegalArgumentException refused) {
            throw new ModelFormatException(refused.getMessage(), refused);
        }
        scale.requireNoOthers();
        return new ModelDescription(
                fields.texts("classes"),
                fields.texts("features"),
                inputScale,
                fields.has("loss") ? readLoss(fields.object("loss")) : null,
                fields.has("training") ? readTraining(fields.object("training")) : null);
    }

    private static NamedSettings readLoss(Fields fields) throws ModelFormatException {
        Map<String, String> values = new LinkedHashMap<>();
        Fields settings = fields.object("settings");
        for (String name : settings.names()) {
            values.put(name, settings.text(name));
        }
        NamedSettings loss = new NamedSettings(fields.text("name"), values);
        fields.requireNoOthers();
        return loss;
    }

    private static Provenance readTraining(Fields fields) throws ModelFormatException {
        Provenance training = new Provenance(
                fields.text("data"),
                fields.text("dataDigest"),
                fields.count("samples"),
                fields.whole("seed"),
                fields.count("epochs"),
                fields.whole("steps"),
                fields.count("batchSize"),
                fields.text("updater"));
        fields.requireNoOthers();
        return training;
    }

    static Map<String, Object> write(StoredAudit audit) {
        List<Object> layers = new ArrayList<>();
        for (StoredAudit.LayerBound layer : audit.layers()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("layer", layer.layer());
            json.put("vector", Fields.ofNumber(layer.bound().vector()));
            json.put("perOutput", Fields.ofNumber(layer.bound().perOutput()));
            json.put("method", layer.bound().method());
            layers.add(json);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("layers", layers);
        json.put("features", Fields.ofNumber(audit.features()));
        json.put("logit", Fields.ofNumber(audit.logit()));
        json.put("vector", Fields.ofNumber(audit.vector()));
        return json;
    }

    static StoredAudit readAudit(Fields fields) throws ModelFormatException {
        List<StoredAudit.LayerBound> layers = new ArrayList<>();
        for (Object each : fields.list("layers")) {
            Fields layer = Fields.of(fields.place("layers") + "[" + layers.size() + "]", each);
            try {
                LipschitzBound bound =
                        new LipschitzBound(layer.number("vector"), layer.number("perOutput"), layer.text("method"));
                layers.add(new StoredAudit.LayerBound(layer.text("layer"), bound));
            } catch (IllegalArgumentException refused) {
                throw new ModelFormatException(refused.getMessage(), refused);
            }
            layer.requireNoOthers();
        }
        StoredAudit audit =
                new StoredAudit(layers, fields.number("features"), fields.number("logit"), fields.number("vector"));
        fields.requireNoOthers();
        return audit;
    }
}
