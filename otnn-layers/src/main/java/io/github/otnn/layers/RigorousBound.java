package io.github.otnn.layers;

import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The last correction of a condensed matrix that training keeps below norm 1 up to rounding. */
final class RigorousBound {
    private RigorousBound() {}

    /** Divides by the float64 bound of the largest singular value where that is above 1. Modified. */
    static void enforce(INDArray weight) {
        double bound = SpectralBound.ofMatrix(Tensors.matrix(weight));
        if (bound > 1) {
            weight.divi(bound);
        }
    }
}
