package io.github.otnn.layers.pytorch;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.StateSpec;
import io.github.otnn.layers.Abs;
import io.github.otnn.layers.Flatten;
import io.github.otnn.layers.LipschitzResidual;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.Reshape;
import io.github.otnn.layers.ResidualSum;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is one module in PyTorch: a layer with arrays, in the network or within another layer.
 *
 * @param path name of the layer, such as {@code conv1} or {@code block1/branch0}
 * @param slots its arrays
 */
record TorchModule(String path, List<Slot> slots) {
    /** All of an architecture, in order. */
    static Collection<TorchModule> allOf(Architecture architecture) {
        Map<String, TorchModule> modules = new LinkedHashMap<>();
        @Nullable Shape flattened = null;
        for (Architecture.Stage stage : architecture.stages()) {
            Layer layer = stage.layer();
            boolean dense = false;
            if (layer instanceof Flatten || layer instanceof Reshape) {
                flattened = rearranged(stage, flattened);
            } else {
                requireNoRearrangingInside(stage);
                dense = isDense(stage);
                if (flattened != null && !dense && !(layer instanceof ReLU || layer instanceof Abs)) {
                    throw new IllegalArgumentException(stage.describe()
                            + " comes between Flatten and a dense layer, where PyTorch has the values in the order channel,"
                            + " row, column, and otnn in the order row, column, channel; put it before Flatten");
                }
            }
            add(stage, dense ? flattened : null, modules);
            flattened = dense ? null : flattened;
        }
        if (flattened != null) {
            throw new IllegalArgumentException(
                    "the network ends in flattened images, whose values PyTorch has in another order;"
                            + " expected a dense layer behind Flatten");
        }
        return modules.values();
    }

    private static void add(Architecture.Stage stage, @Nullable Shape flattened, Map<String, TorchModule> modules) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (ParameterSpec spec : stage.layer().parameters(stage.input())) {
            shapes.put(spec.name(), spec.shape());
        }
        for (StateSpec spec : stage.layer().state(stage.input())) {
            shapes.put(spec.name(), spec.shape());
        }
        shapes.forEach((name, shape) -> {
            int dot = name.lastIndexOf('.');
            String prefix = name.substring(0, dot + 1);
            String parameter = name.substring(dot + 1);
            String path = dot < 0 ? stage.name() : stage.name() + "/" + name.substring(0, dot);
            // what deel-torchlip exports of its batch centering is a bias alone
            boolean centering = parameter.equals("runningMean") && !shapes.containsKey(prefix + "runningVariance");
            modules.computeIfAbsent(path, key -> new TorchModule(key, new ArrayList<>()))
                    .slots()
                    .add(new Slot(
                            path,
                            stage.name() + "/" + name,
                            parameter,
                            shape,
                            parameter.equals("weight") ? flattened : null,
                            parameter.equals("bias") || centering));
        });
    }

    private static boolean isDense(Architecture.Stage stage) {
        return stage.layer().parameters(stage.input()).stream()
                .anyMatch(spec -> spec.name().equals("weight") && spec.shape().rank() == 2);
    }

    /** Shape of the images that are flattened behind a layer which moves no values, or null where both orders agree. */
    private static @Nullable Shape rearranged(Architecture.Stage stage, @Nullable Shape before) {
        Shape input = stage.input();
        Shape output = stage.output();
        if (input.equals(output)) {
            return before;
        }
        if (output.rank() == 1) {
            return isOneOrder(input) ? null : input;
        }
        if (before == null && isOneOrder(input) && isOneOrder(output)) {
            return null;
        }
        throw new IllegalArgumentException(stage.describe() + ": from " + input + " to " + output
                + " PyTorch takes the values in another order; expected Flatten");
    }

    private static boolean isOneOrder(Shape shape) {
        return shape.channels() == 1 || shape.channels() == shape.length();
    }

    private static void requireNoRearrangingInside(Architecture.Stage stage) {
        if (inside(stage.layer()).anyMatch(layer -> layer instanceof Flatten || layer instanceof Reshape)) {
            throw new IllegalArgumentException(stage.describe()
                    + ": expected no Flatten or Reshape inside, for PyTorch has another order of values");
        }
    }

    private static Stream<Layer> inside(Layer layer) {
        Stream<Layer> direct = Stream.empty();
        if (layer instanceof LipschitzResidual residual) {
            direct = Stream.concat(residual.branch().stream(), residual.shortcut().stream());
        } else if (layer instanceof ResidualSum sum) {
            direct = Stream.concat(sum.branch().stream(), sum.shortcut().stream());
        }
        return direct.flatMap(each -> Stream.concat(Stream.of(each), inside(each)));
    }
}
