package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A kernel divided by the operator norm of its convolution at one image size.
 *
 * <pre>
 * K^ = K / sigma,   K = inner(W),   sigma = max |conv(v, K)| over images |v| = 1
 * dK = (G - &lt;G, K^&gt; dsigma/dK) / sigma,   dsigma/dK = gradient of &lt;u, conv(v, K)&gt; at the maximal pair u, v
 * </pre>
 *
 * <ul>
 *   <li>K {@code [kH, kW, in, out]}, v {@code [height, width, in]}
 *   <li>While training sigma is an estimate from below by power iteration, which starts where the last projection ended and goes
 *       on until a step moves v by less than a fiftieth. The first projection goes on to six digits,
 *       DOUBLE networks, which serve checks, to ten.
 *   <li>The kernel of a condensed network is divided by a proven bound, so its constant is at most 1 up to rounding.
 * </ul>
 *
 * Immutable; its projection belongs to one thread and holds three arrays of the size of one image or output.
 *
 * @param inner constrains the kernel before, {@link SpectralOrthogonal} for one
 * @param window how the kernel moves
 * @param inputHeight rows of the image
 * @param inputWidth columns of the image
 * @see <a href="https://arxiv.org/abs/1804.04368">Gouk et al. 2021</a>
 */
public record OperatorNormScaled(Parametrization inner, ConvolutionWindow window, int inputHeight, int inputWidth)
        implements Parametrization {
    /** Checks the sizes. */
    public OperatorNormScaled {
        if (inner == Parametrization.none()) {
            throw new IllegalArgumentException(
                    "OperatorNormScaled: expected a constraint of the kernel, got none; use SpectralOrthogonal");
        }
        if (!window.rows().fits(inputHeight) || !window.columns().fits(inputWidth)) {
            throw new IllegalArgumentException("OperatorNormScaled: expected an image of at least "
                    + window.rows().smallestSize() + " x " + window.columns().smallestSize() + " for "
                    + window.describe() + ", got " + inputHeight + " x " + inputWidth);
        }
    }

    @Override
    public Shape rawShape(Shape effective) {
        return inner.rawShape(effective);
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        if (shape.length() % ((long) window.height() * window.width() * shape.channels()) != 0) {
            throw new ShapeMismatchException(
                    "OperatorNormScaled", "a kernel of " + window.describe(), shape.toString());
        }
        return new Iteration(shape, type);
    }

    private final class Iteration implements Projection {
        /** A direction of norm 1 has settled when a step moves it by no more: sigma is off by about the square of that. */
        private static final double WARM = 2e-2;

        private static final double COLD = 1e-6;
        private static final double DOUBLE = 1e-10;

        private static final int WARM_STEPS = 20;
        private static final int COLD_STEPS = 1000;
        private static final int DOUBLE_STEPS = 5000;

        private final Projection bound;
        private final ImageConvolution convolution;
        private final ConvolutionMemory memory;
        private final INDArray kernel;
        private final INDArray normGradient;
        private final INDArray innerGradient;
        private final INDArray product;
        private final INDArray u;
        private final INDArray v;
        private double sigma;

        // 0 until the first iteration has found its vector; an array, as part of what the next projection starts from
        private final INDArray warm;

        Iteration(Shape shape, DataType type) {
            long in = shape.length() / ((long) window.height() * window.width() * shape.channels());
            long[] sizes = {window.height(), window.width(), in, shape.channels()};
            bound = inner.bind(shape, type);
            convolution = ImageConvolution.on(window, inputHeight, inputWidth);
            memory = ConvolutionMemory.of(new WorkingMemory(type));
            kernel = Tensors.zeros(type, sizes);
            normGradient = Tensors.zeros(type, sizes);
            innerGradient = Tensors.zeros(type, shape.sizes());
            product = Tensors.zeros(type, sizes);
            u = Tensors.zeros(type, convolution.outputShape(shape.channels()));
            warm = Tensors.zeros(type, 1);
            v = start(type, convolution.imageShape(in));
            normalize(v);
        }

        /** Any direction with a part along the maximal one; always the same, for equal bits. */
        private static INDArray start(DataType type, long[] shape) {
            SplittableRandom random = new SplittableRandom(1);
            double[] values = new double[Math.toIntExact(shape[1] * shape[2] * shape[3])];
            Arrays.setAll(values, i -> random.nextGaussian());
            return Tensors.of(type, values, shape);
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            bound.project(raw, effective);
            kernel.assign(effective.reshape('c', kernel.shape()));
            iterate();
            effective.divi(sigma);
        }

        private void iterate() {
            boolean cold = warm.getDouble(0) == 0;
            warm.assign(1);
            boolean wide = kernel.dataType() == DataType.DOUBLE;
            double settled = wide ? DOUBLE : cold ? COLD : WARM;
            int steps = wide ? DOUBLE_STEPS : cold ? COLD_STEPS : WARM_STEPS;
            INDArray before = memory.array("before", v.shape());
            for (int step = 0; step < steps; step++) {
                before.assign(v);
                convolution.apply(v, kernel, null, memory, u);
                if (normalize(u) == 0) {
                    // windows that read nothing but the border, or a kernel of zeros: nothing to divide
                    sigma = 1;
                    return;
                }
                convolution.applyAdjoint(kernel, u, memory, v);
                // = <u, conv(v)> for the new v
                sigma = normalize(v);
                if (before.subi(v).norm2Number().doubleValue() <= settled) {
                    return;
                }
            }
        }

        /** Divides by the norm, and returns it; zeros stay. */
        private static double normalize(INDArray direction) {
            double norm = direction.norm2Number().doubleValue();
            if (!Double.isFinite(norm)) {
                throw new IllegalArgumentException(
                        "OperatorNormScaled: expected a convolution with a finite norm, got " + norm);
            }
            if (norm > 0) {
                direction.divi(norm);
            }
            return norm;
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            convolution.gradients(v, kernel, u, memory, memory.array("unused", v.shape()), normGradient);
            // <G, K^> = <G, K> / sigma
            double along = kernel.mul(effectiveGradient.reshape('c', kernel.shape()), product)
                            .sumNumber()
                            .doubleValue()
                    / sigma;
            INDArray gradient = innerGradient.reshape('c', kernel.shape());
            normGradient.muli(-along).addi(effectiveGradient.reshape('c', kernel.shape()));
            normGradient.div(sigma, gradient);
            bound.pullback(raw, innerGradient, rawGradient);
        }

        @Override
        public List<INDArray> state() {
            List<INDArray> state = new ArrayList<>(List.of(v, warm));
            state.addAll(bound.state());
            return state;
        }

        @Override
        public void finish(INDArray effective) {
            effective.muli(sigma);
            bound.finish(effective);
            double norm = convolution.bound(effective.reshape('c', kernel.shape()));
            if (norm > 0) {
                effective.divi(norm);
            }
        }
    }
}
