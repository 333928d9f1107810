package io.github.otnn.core.train;

/**
 * What a training run did.
 *
 * @param epochs completed epochs
 * @param steps optimiser steps
 * @param samples samples evaluated
 * @param stopped whether a listener or an interrupt ended it early
 * @param lastEpochLoss mean loss of the last completed epoch, NaN if there is none
 * @param seconds wall time
 * @param times summed over all steps
 */
public record TrainingSummary(
        int epochs, long steps, long samples, boolean stopped, double lastEpochLoss, double seconds, StepTimes times) {}
