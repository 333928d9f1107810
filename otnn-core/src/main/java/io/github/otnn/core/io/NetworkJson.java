package io.github.otnn.core.io;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers as JSON. */
final class NetworkJson {
    /** Most layers of a sequence. */
    static final int LAYER_LIMIT = 10_000;

    /** Most values of one sample anywhere in the network: an image of 512 x 512 with 64 channels. */
    static final long SAMPLE_LIMIT = 1 << 24;

    private NetworkJson() {}

    static Map<String, Object> write(Architecture architecture, RecordCatalog catalog) {
        RecordCodec codec = new RecordCodec(catalog);
        List<Object> layers = new ArrayList<>();
        for (Architecture.Stage stage : architecture.stages()) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("name", stage.name());
            layer.put("layer", codec.write(stage.layer(), Layer.class));
            layers.add(layer);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("input", sizes(architecture.inputShape()));
        json.put("layers", layers);
        return json;
    }

    private static List<Long> sizes(Shape shape) {
        return Arrays.stream(shape.sizes()).boxed().toList();
    }

    static Architecture read(Fields fields, RecordCatalog catalog) throws ModelFormatException {
        RecordCodec codec = new RecordCodec(catalog);
        Architecture.Builder builder;
        Shape sample;
        try {
            sample = Shape.of(fields.wholes("input"));
            requireSmall(fields.place("input"), sample);
            builder = Architecture.builder(sample);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new ModelFormatException(fields.place("input") + ": " + refused.getMessage(), refused);
        }
        List<?> layers = fields.list("layers");
        if (layers.size() > LAYER_LIMIT) {
            throw new ModelFormatException(
                    fields.place("layers") + ": expected at most " + LAYER_LIMIT + ", got " + layers.size());
        }
        for (int i = 0; i < layers.size(); i++) {
            String where = fields.place("layers") + "[" + i + "]";
            Fields layer = Fields.of(where, layers.get(i));
            String name = layer.text("name");
            Object read = codec.read(layer.place("layer"), layer.any("layer"), Layer.class);
            layer.requireNoOthers();
            try {
                builder.add(name, (Layer) read);
                // before the next one sees it
                sample = ((Layer) read).outputShape(sample);
                requireSmall("output of layer '" + name + "'", sample);
            } catch (IllegalArgumentException | ArithmeticException refused) {
                throw new ModelFormatException(where + ": " + refused.getMessage(), refused);
            }
        }
        fields.requireNoOthers();
        try {
            return builder.build();
        } catch (IllegalArgumentException refused) {
            throw new ModelFormatException(refused.getMessage(), refused);
        }
    }

    private static void requireSmall(String where, Shape sample) throws ModelFormatException {
        double length = 1;
        for (long size : sample.sizes()) {
            length *= size;
        }
        if (length > SAMPLE_LIMIT) {
            throw new ModelFormatException(
                    where + ": expected at most " + SAMPLE_LIMIT + " values a sample, got " + sample);
        }
    }
}
