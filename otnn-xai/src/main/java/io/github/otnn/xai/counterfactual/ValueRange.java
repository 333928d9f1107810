package io.github.otnn.xai.counterfactual;

/**
 * One range for all values of an input, such as 0 to 1 for pixels.
 *
 * @param low smallest value
 * @param high largest value, above {@code low}
 */
public record ValueRange(double low, double high) implements Limits {
    /** Checks the order. */
    public ValueRange {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
            throw new IllegalArgumentException(
                    "ValueRange: expected finite low < high, got [" + low + ", " + high + "]");
        }
    }

    /** The nearest value inside. */
    public double clip(double value) {
        return Math.min(high, Math.max(low, value));
    }

    @Override
    public double clip(int feature, double value, double original) {
        return clip(value);
    }

    @Override
    public String describe() {
        return "[" + low + ", " + high + "]";
    }
}
