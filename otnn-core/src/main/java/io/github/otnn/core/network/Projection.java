package io.github.otnn.core.network;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The projection of one weight: called once after each optimiser step, its pullback at most once before the next. Keeps
 * what the pullback needs; belongs to the network's training thread.
 */
public interface Projection {
    /**
     * Computes the effective weight.
     *
     * @param raw array that the optimiser moves. Modified only by parametrizations that re-base it on the effective
     *     weight, which leaves the function as it is.
     * @param effective result. Modified.
     * @throws IllegalArgumentException if raw holds NaN or infinite values
     */
    void project(INDArray raw, INDArray effective);

    /**
     * Gradient with respect to the raw weight, at the last projection.
     *
     * @param effectiveGradient gradient with respect to the effective weight. Not modified.
     * @param rawGradient shape of raw. Modified.
     */
    void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient);

    /**
     * Turns a copy of the effective weight into the one of a condensed network. For constraints that training keeps by an
     * estimate and a certificate needs by a proof; nothing to do unless told.
     *
     * @param effective copy of what {@link #project} computed. Modified.
     */
    default void finish(INDArray effective) {}

    /**
     * Arrays of its own that the next projection starts from, such as the vector of a power iteration: always the same
     * objects, none unless told. Together with the raw weight they determine every bit of {@link #project} and {@link
     * #pullback}; a stored run goes on by writing into them before it projects. A projection around another one hands the
     * inner one's through.
     */
    default List<INDArray> state() {
        return List.of();
    }
}
