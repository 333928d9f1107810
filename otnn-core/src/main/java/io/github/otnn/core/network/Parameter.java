package io.github.otnn.core.network;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trainable array of a network in training: raw weight, effective weight and their gradients. */
public final class Parameter {
    private final String name;
    private final Shape shape;
    private final INDArray raw;
    private final INDArray rawGradient;
    private final INDArray effective;
    private final INDArray effectiveGradient;
    private final Projection projection;
    private final boolean constrained;

    // the last projection can be repeated from these: it may have moved the raw weight, and its own state has moved on
    private final INDArray rawBefore;
    private final List<INDArray> stateBefore;

    Parameter(String name, ParameterSpec spec, DataType type, INDArray raw, INDArray rawGradient) {
        this.name = name;
        this.shape = spec.shape();
        this.raw = raw;
        this.rawGradient = rawGradient;
        this.constrained = spec.parametrization() != Parametrization.none();
        this.effective = constrained ? Tensors.zeros(type, shape.sizes()) : raw;
        this.effectiveGradient = constrained ? Tensors.zeros(type, shape.sizes()) : rawGradient;
        this.projection = spec.parametrization().bind(shape, type);
        this.rawBefore = constrained ? raw.dup('c') : raw;
        this.stateBefore =
                projection.state().stream().map(array -> array.dup('c')).toList();
    }

    /** Layer and parameter, such as {@code conv1/kernel}. */
    public String name() {
        return name;
    }

    /** Shape of the effective array and its gradient. */
    public Shape shape() {
        return shape;
    }

    /** What the optimiser moves: a view of the network's vector of raw weights. */
    public INDArray raw() {
        return raw;
    }

    /** What the layer multiplies by. */
    public INDArray effective() {
        return effective;
    }

    /** Gradient with respect to the effective weight, accumulated since the last clear. */
    public INDArray effectiveGradient() {
        return effectiveGradient;
    }

    /** Gradient with respect to the raw weight, after the pullback. */
    public INDArray rawGradient() {
        return rawGradient;
    }

    /** Copy of the effective weight for a condensed network. */
    INDArray condense() {
        Tensors.requireFinite("weight '" + name + "'", effective);
        INDArray condensed = effective.dup('c');
        projection.finish(condensed);
        return condensed;
    }

    void project() {
        if (!constrained) {
            return;
        }
        rawBefore.assign(raw);
        for (int i = 0; i < stateBefore.size(); i++) {
            stateBefore.get(i).assign(projection.state().get(i));
        }
        try {
            projection.project(raw, effective);
        } catch (IllegalArgumentException cause) {
            throw new IllegalArgumentException("weight '" + name + "': " + cause.getMessage(), cause);
        }
    }

    /** Puts copies of what {@link #restore} needs under names of their own. */
    void copyTo(Map<String, INDArray> arrays) {
        arrays.put("raw/" + name, rawBefore.dup('c'));
        for (int i = 0; i < stateBefore.size(); i++) {
            arrays.put("projection/" + name + "/" + i, stateBefore.get(i).dup('c'));
        }
    }

    /** Repeats the projection that the arrays were stored after. */
    void restore(StoredArrays arrays) {
        arrays.takeInto("raw/" + name, raw);
        for (int i = 0; i < stateBefore.size(); i++) {
            arrays.takeInto("projection/" + name + "/" + i, projection.state().get(i));
        }
        project();
    }

    void pullback() {
        if (constrained) {
            projection.pullback(raw, effectiveGradient, rawGradient);
        }
    }
}
