package io.github.otnn.core.network;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The arrays of a stored network on their way back, each to be taken once. */
final class StoredArrays {
    private final NetworkState state;
    private final Set<String> left;

    private StoredArrays(NetworkState state) {
        this.state = state;
        this.left = new TreeSet<>(state.arrays().keySet());
    }

    /** Checks that the state is of a network like this. */
    static StoredArrays of(NetworkState state, Architecture architecture, DataType type) {
        if (!state.architecture().equals(architecture)) {
            throw new IllegalArgumentException(
                    "stored network: expected the layers of this one, " + describe(architecture) + ", got "
                            + describe(state.architecture()) + "; build the network with the stored architecture");
        }
        if (state.type() != type) {
            throw new IllegalArgumentException("stored network: expected type " + type + ", got " + state.type());
        }
        return new StoredArrays(state);
    }

    private static String describe(Architecture architecture) {
        return architecture.inputShape() + " -> "
                + architecture.stages().stream()
                        .map(Architecture.Stage::describe)
                        .toList();
    }

    /** Copies one array, after checking it. */
    void takeInto(String name, INDArray target) {
        INDArray stored = state.arrays().get(name);
        if (stored == null) {
            throw new IllegalArgumentException("stored network: array '" + name + "' is missing; there are "
                    + state.arrays().keySet());
        }
        if (!Arrays.equals(stored.shape(), target.shape()) || stored.dataType() != target.dataType()) {
            throw new ShapeMismatchException(
                    "stored array '" + name + "'",
                    target.dataType() + " " + Arrays.toString(target.shape()),
                    stored.dataType() + " " + Arrays.toString(stored.shape()));
        }
        Tensors.requireFinite("stored array '" + name + "'", stored);
        target.assign(stored);
        left.remove(name);
    }

    void requireAllTaken() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("stored network: arrays " + left + " belong to no layer");
        }
    }
}
