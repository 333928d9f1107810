package io.github.otnn.core.train;

/**
 * A number that a loss learns, such as a margin: plain gradient descent with its own rate, never below a floor.
 *
 * <p>Moved by one thread, read by any.
 */
public final class LearnableScalar {
    private final String name;
    private final double floor;
    private final double learningRate;
    // read by workers and reports while the training thread moves it between steps
    private volatile double value;

    /**
     * Creates a scalar.
     *
     * @param name for reports
     * @param start first value, at least the floor
     * @param floor smallest value it may take
     * @param learningRate step per unit of gradient, positive
     */
    public LearnableScalar(String name, double start, double floor, double learningRate) {
        if (!(start >= floor) || !Double.isFinite(start)) {
            throw new IllegalArgumentException(name + ": expected a finite start >= " + floor + ", got " + start);
        }
        if (!(learningRate > 0)) {
            throw new IllegalArgumentException(name + ": expected a learning rate > 0, got " + learningRate);
        }
        this.name = name;
        this.value = start;
        this.floor = floor;
        this.learningRate = learningRate;
    }

    /** Name for reports. */
    public String name() {
        return name;
    }

    /** Present value. */
    public double value() {
        return value;
    }

    /** Smallest value it may take. */
    public double floor() {
        return floor;
    }

    /** Step per unit of gradient. */
    public double learningRate() {
        return learningRate;
    }

    /**
     * Puts back a value that was read before, as when a stored run goes on.
     *
     * @throws IllegalArgumentException if the value is below the floor or not finite
     */
    public void restore(double newValue) {
        if (!(newValue >= floor) || !Double.isFinite(newValue)) {
            throw new IllegalArgumentException(name + ": expected a finite value >= " + floor + ", got " + newValue);
        }
        value = newValue;
    }

    /** Whether the floor holds the value up. */
    public boolean atFloor() {
        return value <= floor;
    }

    /**
     * Moves against the gradient.
     *
     * @throws IllegalArgumentException if the gradient is not finite
     */
    public void descend(double gradient) {
        if (!Double.isFinite(gradient)) {
            throw new IllegalArgumentException(name + ": expected a finite gradient, got " + gradient);
        }
        value = Math.max(floor, value - learningRate * gradient);
    }
}
