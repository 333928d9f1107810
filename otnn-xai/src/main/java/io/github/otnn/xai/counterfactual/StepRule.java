package io.github.otnn.xai.counterfactual;

/** How far one unit of t goes along the gradient of a score f. */
public enum StepRule {
    /** {@code x_t = x - t f grad f}: follows the transport plan; reaches the boundary at t = 1 where the slope is 1. */
    FAITHFUL {
        @Override
        double step(double score, double gradientNorm) {
            return score;
        }
    },
    /**
     * {@code x_t = x - t f grad f / |grad f|^2}: Newton's step; t = 1 is the boundary of every affine function. A sample whose
     * gradient is zero has no direction and stays where it is.
     */
    NORMALISED {
        @Override
        double step(double score, double gradientNorm) {
            return gradientNorm == 0 ? 0 : score / gradientNorm / gradientNorm;
        }
    };

    /** Factor of the gradient for t = 1. */
    abstract double step(double score, double gradientNorm);
}
