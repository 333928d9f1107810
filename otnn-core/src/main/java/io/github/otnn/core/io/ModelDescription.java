package io.github.otnn.core.io;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says beside layers and weights.
 *
 * @param classNames by class index, where one output stands for two classes the negative one first; empty if there are none
 * @param featureNames of a flat input, empty if there are none
 * @param inputScale how original values became the input
 * @param loss it was trained with; null if that is not told
 * @param training where the weights come from; null if that is not told
 */
public record ModelDescription(
        List<String> classNames,
        List<String> featureNames,
        InputScale inputScale,
        @Nullable NamedSettings loss,
        @Nullable Provenance training) {
    /** Copies the lists. */
    public ModelDescription {
        classNames = List.copyOf(classNames);
        featureNames = List.copyOf(featureNames);
    }

    /** Nothing told. */
    public static ModelDescription none() {
        return new ModelDescription(List.of(), List.of(), InputScale.identity(), null, null);
    }

    /** With names of the outputs. */
    public ModelDescription withClassNames(List<String> names) {
        return new ModelDescription(names, featureNames, inputScale, loss, training);
    }

    /** With names of the inputs. */
    public ModelDescription withFeatureNames(List<String> names) {
        return new ModelDescription(classNames, names, inputScale, loss, training);
    }

    /** With another scale. */
    public ModelDescription withInputScale(InputScale scale) {
        return new ModelDescription(classNames, featureNames, scale, loss, training);
    }

    /** With the loss. */
    public ModelDescription withLoss(String name, java.util.Map<String, String> settings) {
        return new ModelDescription(classNames, featureNames, inputScale, new NamedSettings(name, settings), training);
    }

    /** With the provenance. */
    public ModelDescription withTraining(Provenance provenance) {
        return new ModelDescription(classNames, featureNames, inputScale, loss, provenance);
    }
}
