package io.github.otnn.core.graph;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One operator in its place, or the input. Identity is what tells two of them apart. */
final class Node {
    private final @Nullable Operator operator;
    private final List<Node> inputs;
    private final Operator.Result result;

    /**
     * Takes its place.
     *
     * @param operator null for the input
     */
    Node(@Nullable Operator operator, List<Node> inputs, Operator.Result result) {
        this.operator = operator;
        this.inputs = List.copyOf(inputs);
        this.result = result;
    }

    Operator operator() {
        return Objects.requireNonNull(operator, "the input is no operator");
    }

    List<Node> inputs() {
        return inputs;
    }

    Operator.Result result() {
        return result;
    }
}
