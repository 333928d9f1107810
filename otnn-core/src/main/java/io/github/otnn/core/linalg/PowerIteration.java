package io.github.otnn.core.linalg;

import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.RepeatedCall;
import io.github.otnn.core.tensor.Tensors;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
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

    /**
     * Estimates the operator norm of a zero-padded convolution from below.
     *
     * @param kernel {@code [kH, kW, in, out]}, dense. Not modified.
     * @param inputHeight rows of the input
     * @param inputWidth columns of the input
     * @param iterations number of applications of the convolution and its adjoint, at least 1
     * @param seed of the start
     */
    public static double estimateConvolution(
            INDArray kernel,
            long inputHeight,
            long inputWidth,
            Convolutions.Geometry geometry,
            int iterations,
            long seed) {
        DataType type = kernel.dataType();
        long reachHeight = (kernel.size(0) - 1) * geometry.dilationHeight() + 1;
        long reachWidth = (kernel.size(1) - 1) * geometry.dilationWidth() + 1;
        long height = (inputHeight + 2L * geometry.padHeight() - reachHeight) / geometry.strideHeight() + 1;
        long width = (inputWidth + 2L * geometry.padWidth() - reachWidth) / geometry.strideWidth() + 1;
        long[] inputShape = {1, inputHeight, inputWidth, kernel.size(2)};
        SplittableRandom random = new SplittableRandom(seed);
        double[] start = new double[Math.toIntExact(inputHeight * inputWidth * kernel.size(2))];
        for (int i = 0; i < start.length; i++) {
            start[i] = random.nextGaussian();
        }
        RepeatedCall forward = new RepeatedCall();
        RepeatedCall back = new RepeatedCall();
        return estimate(
                x -> {
                    INDArray y = Tensors.zeros(type, 1, height, width, kernel.size(3));
                    Convolutions.forward(forward, x, kernel, null, geometry, y);
                    return y;
                },
                y -> {
                    INDArray x = Tensors.zeros(type, inputShape);
                    INDArray reach = Tensors.zeros(type, Convolutions.reach(kernel, y, geometry));
                    Convolutions.inputGradient(back, kernel, y, geometry, reach, x);
                    return x;
                },
                Tensors.of(type, start, inputShape),
                iterations);
    }
}
