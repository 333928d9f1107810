package io.github.otnn.loss;

/**
 * How a loss learns its margins: the share of samples that should end up inside, and the way there.
 *
 * <p>The hinge gets the penalty {@code -hingeProportion * m}, so that its derivative {@code P(y f < m) - hingeProportion}
 * vanishes where m is that quantile of y f. The penalty is printed with the other sign in version 1 of the paper, which would
 * drive every margin to its floor. Margins move by plain gradient descent, not by the optimiser of the weights, and their
 * gradient does not reach the network.
 *
 * @param lambda weight of the hinge and its penalty, at least 0; infinite for the hinge alone
 * @param hingeProportion share of samples inside the margin, in (0, 1]
 * @param start first value of each margin, at least the floor
 * @param floor smallest value a margin may take, positive
 * @param learningRate step of a margin per unit of gradient, positive. The gradient carries the factor lambda.
 * @see <a href="https://arxiv.org/abs/2206.06854v1">Serrurier et al. 2022</a>, Eq. 3 of version 1, corrected
 */
public record AutoMargin(double lambda, double hingeProportion, double start, double floor, double learningRate) {
    private static final String NAME = "AutoMargin";

    /** Checks the settings. */
    public AutoMargin {
        HkrTerms.requireLambda(NAME, lambda);
        if (!(hingeProportion > 0 && hingeProportion <= 1)) {
            throw new IllegalArgumentException(NAME + ": hingeProportion must be in (0, 1], got " + hingeProportion);
        }
        HkrTerms.requirePositive(NAME, "floor", floor);
        HkrTerms.requirePositive(NAME, "learningRate", learningRate);
        if (!(start >= floor) || Double.isInfinite(start)) {
            throw new IllegalArgumentException(
                    NAME + ": start must be finite and >= the floor " + floor + ", got " + start);
        }
    }

    /**
     * The paper's rule lambda = 1 / hingeProportion, for pixels in [0, 1]: margins start at 0.1, stay above 0.001 and move by
     * 0.01 times the excess of samples inside.
     */
    public static AutoMargin of(double hingeProportion) {
        // the learning rate undoes the factor lambda of the gradient
        return new AutoMargin(1 / hingeProportion, hingeProportion, 0.1, 1e-3, 0.01 * hingeProportion);
    }

    /** The same settings with another weight of the hinge. */
    public AutoMargin withLambda(double newLambda) {
        return new AutoMargin(newLambda, hingeProportion, start, floor, learningRate);
    }

    /** The same settings with another first value. */
    public AutoMargin withStart(double newStart) {
        return new AutoMargin(lambda, hingeProportion, newStart, floor, learningRate);
    }

    /** The same settings with another learning rate. */
    public AutoMargin withLearningRate(double newLearningRate) {
        return new AutoMargin(lambda, hingeProportion, start, floor, newLearningRate);
    }

    LossSettings write(LossSettings settings) {
        return settings.with("lambda", lambda)
                .with("hingeProportion", hingeProportion)
                .with("start", start)
                .with("floor", floor)
                .with("learningRate", learningRate);
    }

    static AutoMargin read(LossSettings settings) {
        return new AutoMargin(
                settings.number("lambda"),
                settings.number("hingeProportion"),
                settings.number("start"),
                settings.number("floor"),
                settings.number("learningRate"));
    }
}
