package io.github.otnn.core.train;

/** A number that a loss learns, such as a margin: plain gradient descent with its own rate, never below a floor. */
public final class LearnableScalar {
    private final String name;
    private final double floor;
    private final double learningRate;
    private double value;

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

    /** Whether the floor holds the value up. */
    public boolean atFloor() {
        return value <= floor;
    }

    /** Moves against the gradient. */
    public void descend(double gradient) {
        value = Math.max(floor, value - learningRate * gradient);
    }
}
