package io.github.otnn.core.train;

import io.github.otnn.core.network.NetworkState;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training run between two steps: all that the rest of it depends on. {@link Trainer#resume} goes on to the same bits as
 * the run that was never stored. Holds copies.
 *
 * @param plan what must be the same for going on
 * @param position how far the run is
 * @param network weights and running arrays
 * @param updater the optimiser's own array, such as Adam's moments; not to be modified
 * @param scalars what the loss has learned, in the order of its scalars
 */
public record TrainingState(
        TrainingPlan plan, TrainingPosition position, NetworkState network, INDArray updater, List<Scalar> scalars)
        implements AutoCloseable {
    /**
     * A learned number.
     *
     * @param name of the {@link LearnableScalar}
     * @param value it had
     */
    public record Scalar(String name, double value) {
        /** Checks the value. */
        public Scalar {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "learned scalar '" + name + "': expected a finite value, got " + value);
            }
        }
    }

    /** Frees the copies, which are outside the Java heap; the state must not be used then. */
    @Override
    public void close() {
        network.arrays().values().forEach(INDArray::close);
        updater.close();
    }

    /** Copies the list. */
    public TrainingState {
        scalars = List.copyOf(scalars);
    }
}
