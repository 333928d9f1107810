package io.github.otnn.core.train;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * One-cycle learning rate: a cosine rise from {@code peak / 25} to {@code peak} over the first 30 % of the steps, then a
 * cosine fall to {@code peak / 250000}. Counted in steps; later steps keep the last value.
 *
 * @param peak largest rate
 * @param steps length of the cycle in optimiser steps
 * @see <a href="https://arxiv.org/abs/1708.07120">Smith, Topin 2019</a>
 */
public record OneCycleSchedule(double peak, long steps) implements ISchedule {
    private static final long serialVersionUID = 1L;
    private static final double RISE = 0.3;

    /** Checks the numbers. */
    public OneCycleSchedule {
        if (!(peak > 0) || steps < 1) {
            throw new IllegalArgumentException(
                    "OneCycleSchedule: expected peak > 0 and steps >= 1, got " + peak + ", " + steps);
        }
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        double top = Math.max(1, RISE * steps - 1);
        double start = peak / 25;
        if (iteration <= top) {
            return cosine(start, peak, iteration / top);
        }
        double left = Math.max(1, steps - 1 - top);
        return cosine(peak, start / 1e4, Math.min(1, (iteration - top) / left));
    }

    private static double cosine(double from, double to, double progress) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * progress));
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
