package io.github.otnn.loss;

import io.github.otnn.core.train.Loss;

/** A loss that the {@link LossCatalog} knows: its settings go to a file and come back. */
public interface NamedLoss extends Loss {
    /** All settings. {@link LossCatalog#read} makes an equal loss of them, without what this one has learned. */
    LossSettings settings();

    @Override
    default String describe() {
        return getClass().getSimpleName() + "(" + settings().line() + ")";
    }
}
