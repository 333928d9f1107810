package io.github.otnn.core.linalg;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Power iteration: an estimate of a linear map's largest singular value.
 *
 * <pre>u = M v / |M v|,   v = M^T u / |M^T u|,   sigma = |M v|</pre>
 *
 * The estimate never exceeds the true value, so it is no bound and enters no certificate.
 */
public final class PowerIteration {
    private PowerIteration() {}

    /**
     * Estimates the largest singular value from below.
     *
     * @param map v to M v, returning a fresh array
     * @param adjoint u to M^T u, returning a fresh array
     * @param start non-zero vector in the shape of the map's input; a poor start only slows the estimate. Not modified.
     * @param iterations number of applications of M^T M, at least 1
     */
    public static double estimate(
            UnaryOperator<INDArray> map, UnaryOperator<INDArray> adjoint, INDArray start, int iterations) {
        if (iterations < 1) {
            throw new IllegalArgumentException("PowerIteration: iterations must be >= 1, got " + iterations);
        }
        double norm = start.norm2Number().doubleValue();
        if (!(norm > 0)) {
            throw new IllegalArgumentException("PowerIteration: expected a non-zero start, got norm " + norm);
        }
        INDArray v = start.div(norm);
        double sigma = 0;
        for (int i = 0; i < iterations; i++) {
            INDArray image = map.apply(v);
            sigma = image.norm2Number().doubleValue();
            if (sigma == 0) {
                return 0;
            }
            v = adjoint.apply(image.divi(sigma));
            v.divi(v.norm2Number().doubleValue());
        }
        return Math.max(sigma, map.apply(v).norm2Number().doubleValue());
    }
}
