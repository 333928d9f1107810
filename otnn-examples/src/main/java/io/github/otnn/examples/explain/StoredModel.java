package io.github.otnn.examples.explain;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Shape;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.io.ModelFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.layers.LayerCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model file with what the explanations ask of it. */
record StoredModel(Path file, ModelFile model) {
    static StoredModel read(Path file) throws IOException {
        return new StoredModel(file, ModelFile.read(file, LayerCatalog.standard()));
    }

    CondensedNetwork network() {
        return model.network();
    }

    Shape input() {
        return network().inputShape();
    }

    int outputs() {
        return Math.toIntExact(network().architecture().outputShape().length());
    }

    InputScale scale() {
        return model.description().inputScale();
    }

    /** Whether inputs are images, {@code [height, width, channels]}. */
    boolean takesImages() {
        return input().rank() == 3 && (input().channels() == 1 || input().channels() == 3);
    }

    /** Name of a class; of a single output 1 and -1 are the classes. */
    String className(int label) {
        List<String> names = model.description().classNames();
        int place = outputs() == 1 ? (label > 0 ? 1 : 0) : label;
        return place < names.size() ? names.get(place) : Integer.toString(label);
    }

    /** Name of a feature of a table. */
    String featureName(int feature) {
        List<String> names = model.description().featureNames();
        return feature < names.size() ? names.get(feature) : "x" + feature;
    }

    /**
     * The function that a method explains: for one that looks at a layer, in two parts.
     *
     * @param layer to look at; null takes the last one whose output is an image
     * @throws IllegalArgumentException if there is no such layer
     */
    Differentiable functionFor(MethodName method, @Nullable String layer) {
        if (!method.needsLayer()) {
            return network();
        }
        return network().splitAfter(layer != null ? layer : lastImageLayer(method));
    }

    private String lastImageLayer(MethodName method) {
        List<Architecture.Stage> stages = network().architecture().stages();
        for (int i = stages.size() - 2; i >= 0; i--) {
            Shape output = stages.get(i).output();
            if (output.rank() == 3 && output.size(0) * output.size(1) > 1) {
                return stages.get(i).name();
            }
        }
        throw new IllegalArgumentException(
                method.title() + ": no layer of " + file + " gives an image; choose another method");
    }
}
