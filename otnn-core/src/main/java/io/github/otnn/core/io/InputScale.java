package io.github.otnn.core.io;

import java.util.List;

/**
 * How original values became the network's input: {@code x = (original - offset) * factor}, for each channel or for all alike. The
 * largest factor multiplies the Lipschitz constant: {@link #slope()}.
 *
 * @param offset one number, or one per channel
 * @param factor as many, not 0
 */
public record InputScale(List<Double> offset, List<Double> factor) {
    /** Checks and copies the numbers. */
    public InputScale {
        offset = List.copyOf(offset);
        factor = List.copyOf(factor);
        boolean finite = offset.stream().allMatch(Double::isFinite)
                && factor.stream().allMatch(each -> Double.isFinite(each) && each != 0);
        if (offset.isEmpty() || offset.size() != factor.size() || !finite) {
            throw new IllegalArgumentException(
                    "InputScale: expected as many finite offsets as finite factors other than 0, at least one, got "
                            + offset + " and " + factor);
        }
    }

    /** Original values are the input. */
    public static InputScale identity() {
        return new InputScale(List.of(0.0), List.of(1.0));
    }

    /** Original values divided by a number: 255 for pixels. */
    public static InputScale dividedBy(double divisor) {
        return new InputScale(List.of(0.0), List.of(1 / divisor));
    }

    /** Largest |factor|: a radius r of the network is at least r / slope in original values. */
    public double slope() {
        return factor.stream().mapToDouble(Math::abs).max().orElseThrow();
    }
}
