package io.github.otnn.core.onnx;

import io.github.otnn.core.graph.Graph;
import io.github.otnn.core.io.AtomicFile;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelDescription;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.CondensedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;

/**
 * A condensed network as an ONNX model (IR version 8, opset 13) with its effective weights, for runtimes in any language.
 *
 * <pre>{@code
 * OnnxExport.of(model, OnnxSettings.channelsFirst()).write(Path.of("model.onnx"));
 * }</pre>
 *
 * The model has one {@code input}, {@code [batch, ...]} for any batch size, and one {@code output}, in the type of the network. It
 * computes the same function; a runtime adds in another order, so values differ by rounding, and a certificate's allowance for the
 * rounding of this library is none for another's. {@code metadata_props} hold what the model file says: {@code
 * otnn.lipschitz.logit}, {@code .vector} and {@code .features} (proven bounds of the exact function), {@code otnn.class.0} and so on,
 * {@code otnn.feature.0}, {@code otnn.inputScale.offset} and {@code .factor}, {@code otnn.layout}, {@code otnn.library}. The input of
 * the model is that of the network, so the scale is applied before.
 *
 * <p>Equal models give equal bytes. Immutable, thread-safe.
 */
public final class OnnxExport {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private final ModelProto model;

    private OnnxExport(ModelProto model) {
        this.model = model;
    }

    /**
     * Exports a network of which nothing is told; audits it, which takes seconds for large convolutions.
     *
     * @throws UnsupportedOperationException naming the first layer that does not implement {@code Layer.express}
     * @throws IllegalArgumentException if the weights do not fit in an ONNX file, which has less than 2 GiB
     */
    public static OnnxExport of(CondensedNetwork network, OnnxSettings settings) {
        return of(ModelFile.of(network, ModelDescription.none()), settings);
    }

    /** Exports the network of a model file with what the file says of it. */
    public static OnnxExport of(ModelFile file, OnnxSettings settings) {
        Graph graph = file.network().graph();
        OnnxGraph target = new OnnxGraph(graph.type(), settings.layout());
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setProducerName("otnn")
                .setProducerVersion(file.library())
                .setGraph(target.finish(graph.writeTo(target)));
        metadata(file, settings)
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return new OnnxExport(model.build());
    }

    /** The model as bytes. */
    public byte[] toBytes() {
        return model.toByteArray();
    }

    /**
     * Writes the model, whole or not at all.
     *
     * @param file replaced if it is there; folders are created
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, model::writeTo);
    }

    private static Map<String, String> metadata(ModelFile file, OnnxSettings settings) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("otnn.library", file.library());
        properties.put("otnn.layout", settings.layout().name().toLowerCase(Locale.ROOT));
        properties.put("otnn.lipschitz.logit", Double.toString(file.audit().logit()));
        properties.put("otnn.lipschitz.vector", Double.toString(file.audit().vector()));
        properties.put("otnn.lipschitz.features", Double.toString(file.audit().features()));
        InputScale scale = file.description().inputScale();
        properties.put("otnn.inputScale.offset", joined(scale.offset()));
        properties.put("otnn.inputScale.factor", joined(scale.factor()));
        numbered("otnn.class.", file.description().classNames(), properties);
        numbered("otnn.feature.", file.description().featureNames(), properties);
        return properties;
    }

    private static String joined(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void numbered(String key, List<String> names, Map<String, String> properties) {
        for (int i = 0; i < names.size(); i++) {
            properties.put(key + i, names.get(i));
        }
    }
}
