package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sequence of named layers whose shapes fit together. Immutable; shapes are checked when it is built.
 *
 * <pre>{@code
 * Architecture mlp = Architecture.of(Shape.of(2), new SpectralDense(64), new GroupSort2(), new SpectralDense(1));
 * }</pre>
 */
public final class Architecture {
    private final Shape inputShape;
    private final List<Stage> stages;

    private Architecture(Shape inputShape, List<Stage> stages) {
        this.inputShape = inputShape;
        this.stages = List.copyOf(stages);
    }

    /**
     * A layer in its place.
     *
     * @param name unique within the network
     * @param layer the layer
     * @param input shape of one input sample
     * @param output shape of one output sample
     */
    public record Stage(String name, Layer layer, Shape input, Shape output) {
        /** Name and settings, for messages. */
        public String describe() {
            return "'" + name + "' (" + layer.describe(input) + ")";
        }
    }

    /**
     * Builds the sequence with names made of the layer's type and a count, such as {@code spectralDense1}.
     *
     * @throws ShapeMismatchException naming the first layer that cannot take its input
     */
    public static Architecture of(Shape inputShape, Layer... layers) {
        Builder builder = builder(inputShape);
        Map<String, Integer> counts = new HashMap<>();
        for (Layer layer : layers) {
            String simpleName = layer.getClass().getSimpleName();
            // anonymous classes have no name
            String type = simpleName.isEmpty() ? "layer" : simpleName;
            String base = Character.toLowerCase(type.charAt(0)) + type.substring(1);
            builder.add(base + counts.merge(base, 1, Integer::sum), layer);
        }
        return builder.build();
    }

    /** Starts a sequence with names of the caller's choice. */
    public static Builder builder(Shape inputShape) {
        return new Builder(inputShape);
    }

    /** Shape of one input sample. */
    public Shape inputShape() {
        return inputShape;
    }

    /** Shape of one output sample. */
    public Shape outputShape() {
        return stages.get(stages.size() - 1).output();
    }

    /** Layers in order. */
    public List<Stage> stages() {
        return stages;
    }

    /** Number of trainable values, biases included. */
    public long parameterCount() {
        return stages.stream().mapToLong(Summary::count).sum();
    }

    /** Table of the layers with output shapes and numbers of parameters. */
    public String summary() {
        return Summary.of(this, stage -> Optional.empty());
    }

    /**
     * The same layers held to another constant: each {@link LipschitzTarget} of this sequence gets the same factor of its
     * present constant, so that the product of all grows by {@code factor}.
     *
     * @param factor finite and above 0
     * @throws IllegalArgumentException if no layer has a constant of choice
     */
    public Architecture scaledBy(double factor) {
        LipschitzTarget.require("Architecture", factor);
        long targets = stages.stream()
                .filter(stage -> stage.layer() instanceof LipschitzTarget)
                .count();
        if (targets == 0) {
            throw new IllegalArgumentException("Architecture.scaledBy: no layer has a Lipschitz constant of choice");
        }
        double each = Math.pow(factor, 1.0 / targets);
        Builder builder = builder(inputShape);
        for (Stage stage : stages) {
            Layer layer = stage.layer() instanceof LipschitzTarget target
                    ? target.withLipschitz(each * target.lipschitz())
                    : stage.layer();
            builder.add(stage.name(), layer);
        }
        return builder.build();
    }

    /**
     * The layers up to one of them, and those behind it, under their names.
     *
     * @param layer last layer of the first part
     * @return the two parts
     * @throws IllegalArgumentException if there is no such layer, or nothing comes after it
     */
    public List<Architecture> splitAfter(String layer) {
        List<String> names = stages.stream().map(Stage::name).toList();
        int place = names.indexOf(layer);
        if (place < 0 || place == stages.size() - 1) {
            throw new IllegalArgumentException("split after '" + layer
                    + "': expected one of the layers before the last, " + names.subList(0, stages.size() - 1));
        }
        List<Stage> behind = stages.subList(place + 1, stages.size());
        return List.of(
                new Architecture(inputShape, stages.subList(0, place + 1)),
                new Architecture(behind.get(0).input(), behind));
    }

    /** Whether both have the same input shape and equal layers under equal names. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Architecture architecture
                && inputShape.equals(architecture.inputShape)
                && stages.equals(architecture.stages);
    }

    @Override
    public int hashCode() {
        return 31 * inputShape.hashCode() + stages.hashCode();
    }

    /** Collects named layers. */
    public static final class Builder {
        private final Shape inputShape;
        private final List<Stage> stages = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder(Shape inputShape) {
            this.inputShape = inputShape;
        }

        /**
         * Adds a layer behind those already there.
         *
         * @param name unique; letters, digits, {@code _ - .}
         * @throws ShapeMismatchException if the layer cannot take the output of the one before
         */
        public Builder add(String name, Layer layer) {
            if (!name.matches("[A-Za-z0-9_.-]+")) {
                throw new IllegalArgumentException(
                        "layer name: expected letters, digits, '_', '-' or '.', got '" + name + "'");
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException("layer name '" + name + "' is used twice");
            }
            Shape input = stages.isEmpty()
                    ? inputShape
                    : stages.get(stages.size() - 1).output();
            Shape output;
            try {
                output = layer.outputShape(input);
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.inside("layer " + stages.size() + " '" + name + "'" + after());
            }
            stages.add(new Stage(name, layer, input, output));
            return this;
        }

        /** The finished sequence. */
        public Architecture build() {
            if (stages.isEmpty()) {
                throw new IllegalArgumentException("Architecture: expected at least one layer, got none");
            }
            return new Architecture(inputShape, stages);
        }

        private String after() {
            return stages.isEmpty()
                    ? ""
                    : " after " + stages.get(stages.size() - 1).describe();
        }
    }
}
