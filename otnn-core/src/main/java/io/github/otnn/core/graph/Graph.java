package io.github.otnn.core.graph;

import io.github.otnn.core.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A function of one input, written in primitive operators. Immutable, apart from the arrays of its operators, which belong to the
 * network and are not to be modified; thread-safe.
 *
 * <pre>{@code
 * Operand x = Graph.input(Shape.of(4));
 * Graph positivePart = Graph.of(DataType.FLOAT, x.combine(Arithmetic.MAXIMUM, 0));
 * }</pre>
 */
public final class Graph {
    private final DataType type;
    private final Node input;
    private final List<Node> nodes;

    private Graph(DataType type, Node input, List<Node> nodes) {
        this.type = type;
        this.input = input;
        this.nodes = List.copyOf(nodes);
    }

    /** Starts a graph. */
    public static Operand input(Shape shape) {
        return Operand.input(shape);
    }

    /**
     * What has to be computed for an output; operators that it does not need are left out.
     *
     * @param type of all values, FLOAT or DOUBLE
     */
    public static Graph of(DataType type, Operand output) {
        List<Node> written = output.written();
        Set<Node> needed = new HashSet<>(List.of(output.node()));
        List<Node> kept = new ArrayList<>();
        for (int i = written.size() - 1; i > 0; i--) {
            Node node = written.get(i);
            if (needed.contains(node)) {
                needed.addAll(node.inputs());
                kept.add(node);
            }
        }
        Collections.reverse(kept);
        return new Graph(type, written.get(0), kept);
    }

    /** Type of all values. */
    public DataType type() {
        return type;
    }

    /** Shape of one input sample. */
    public Shape inputShape() {
        return input.result().shape();
    }

    /** Shape of one output sample. */
    public Shape outputShape() {
        return (nodes.isEmpty() ? input : nodes.get(nodes.size() - 1)).result().shape();
    }

    /** Types of the operators in order. */
    public List<String> operators() {
        return nodes.stream()
                .map(node -> node.operator().getClass().getSimpleName())
                .toList();
    }

    /**
     * Writes all operators in order.
     *
     * @return what the target made of the output
     */
    public <V> V writeTo(GraphTarget<V> target) {
        Map<Node, V> values = new HashMap<>();
        V last = target.input(inputShape());
        values.put(input, last);
        for (Node node : nodes) {
            List<V> inputs = node.inputs().stream()
                    .map(each -> Objects.requireNonNull(values.get(each)))
                    .toList();
            last = node.operator().write(inputs, node.result(), target);
            values.put(node, last);
        }
        return last;
    }
}
