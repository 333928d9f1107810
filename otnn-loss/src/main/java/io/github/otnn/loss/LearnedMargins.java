package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** The margins of an auto-margin loss, and what it last found inside them. Losses that differ in settings only share one. */
final class LearnedMargins {
    private final List<LearnableScalar> scalars;
    private volatile double[] lastFractions;

    /**
     * Margins at their start.
     *
     * @param dilution what a margin's own gradient is divided by in the loss; its learning rate makes up for that
     */
    LearnedMargins(AutoMargin settings, int count, double dilution, IntFunction<String> names) {
        LearnableScalar[] margins = new LearnableScalar[count];
        Arrays.setAll(
                margins,
                i -> new LearnableScalar(
                        names.apply(i), settings.start(), settings.floor(), dilution * settings.learningRate()));
        scalars = List.of(margins);
        lastFractions = new double[count];
        Arrays.fill(lastFractions, Double.NaN);
    }

    List<LearnableScalar> scalars() {
        return scalars;
    }

    double[] values() {
        return scalars.stream().mapToDouble(LearnableScalar::value).toArray();
    }

    double[] lastFractions() {
        return lastFractions.clone();
    }

    /** Keeps what a batch's evaluation found. */
    void found(double[] fractions) {
        lastFractions = fractions;
    }
}
