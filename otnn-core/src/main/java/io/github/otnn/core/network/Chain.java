package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layers in sequence within another layer, such as the branch of a residual block: hands shapes, weights, passes and bounds
 * through. An array {@code kernel} of the second layer of a chain {@code branch} is {@code branch1.kernel} to the outer layer.
 *
 * <p>Results of {@link #forward} and {@link #backward} live until the next call of a chain within the same layer.
 *
 * @param name unique within the outer layer
 * @param layers in order; none is the identity
 */
public record Chain(String name, List<Layer> layers) {
    /** Copies the list. */
    public Chain {
        layers = List.copyOf(layers);
    }

    static String prefix(String name, int layer) {
        return name + layer + ".";
    }

    /** Shape of one output sample. */
    public Shape outputShape(Shape input) {
        return shapes(input).get(layers.size());
    }

    /** Trainable arrays of all layers. */
    public List<ParameterSpec> parameters(Shape input) {
        List<Shape> shapes = shapes(input);
        List<ParameterSpec> specs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            String prefix = prefix(name, i);
            layers.get(i).parameters(shapes.get(i)).forEach(spec -> specs.add(spec.within(prefix)));
        }
        return specs;
    }

    /** Running arrays of all layers. */
    public List<StateSpec> state(Shape input) {
        List<Shape> shapes = shapes(input);
        List<StateSpec> specs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            String prefix = prefix(name, i);
            layers.get(i).state(shapes.get(i)).forEach(spec -> specs.add(spec.within(prefix)));
        }
        return specs;
    }

    /** Output of the last layer. */
    public INDArray forward(INDArray input, LayerPass pass) {
        return pass.inside(name, layers).run(input);
    }

    /** Gradient with respect to the chain's input, after {@link #forward} of the same pass. */
    public INDArray backward(INDArray cotangent, LayerPass pass) {
        return Objects.requireNonNull(pass.inside(name, layers).backward(cotangent));
    }

    /** Product of the bounds. */
    public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
        List<Shape> shapes = shapes(input);
        double before = 1;
        LipschitzBound last = LipschitzBound.of(1, "identity");
        for (int i = 0; i < layers.size(); i++) {
            before = LipschitzBound.product(before, last.vector());
            last = bound(i, shapes.get(i), within(weights, i));
        }
        return new LipschitzBound(
                LipschitzBound.product(before, last.vector()),
                LipschitzBound.product(before, last.perOutput()),
                "product of " + layers.size() + " layers");
    }

    /** Rounding of all layers together, for inputs that let no value between them overflow. */
    public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
        List<Shape> shapes = shapes(input);
        ErrorGrowth growth = ErrorGrowth.start();
        for (int i = 0; i < layers.size(); i++) {
            Function<String, INDArray> own = within(weights, i);
            growth = growth.then(
                            bound(i, shapes.get(i), own).vector(),
                            layers.get(i).rounding(shapes.get(i), own, unitRoundoff))
                    .withoutOverflow(unitRoundoff);
        }
        return growth.rounding();
    }

    /** What all layers compute, one after the other, in primitive operators. */
    public Operand express(Operand input, Function<String, INDArray> weights) {
        Operand value = input;
        for (int i = 0; i < layers.size(); i++) {
            value = layers.get(i).express(value, within(weights, i));
        }
        return value;
    }

    /** The layers' types, runs of one type counted. */
    public String describe() {
        List<String> types =
                layers.stream().map(layer -> layer.getClass().getSimpleName()).toList();
        return types.isEmpty()
                ? "identity"
                : types.stream()
                        .distinct()
                        .map(type -> Collections.frequency(types, type) > 1
                                ? Collections.frequency(types, type) + " " + type
                                : type)
                        .collect(Collectors.joining(", "));
    }

    private Function<String, INDArray> within(Function<String, INDArray> weights, int layer) {
        String prefix = prefix(name, layer);
        return weights instanceof FrozenWeights frozen
                ? frozen.within(prefix)
                : weight -> weights.apply(prefix + weight);
    }

    private LipschitzBound bound(int layer, Shape input, Function<String, INDArray> weights) {
        return weights instanceof FrozenWeights frozen
                ? frozen.bound(layers.get(layer), input)
                : layers.get(layer).bound(input, weights);
    }

    private List<Shape> shapes(Shape input) {
        List<Shape> shapes = new ArrayList<>(List.of(input));
        for (int i = 0; i < layers.size(); i++) {
            try {
                shapes.add(layers.get(i).outputShape(shapes.get(i)));
            } catch (ShapeMismatchException mismatch) {
                throw mismatch.inside("layer " + i + " of '" + name + "'");
            }
        }
        return shapes;
    }
}
