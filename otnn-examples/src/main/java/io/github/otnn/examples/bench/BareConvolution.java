package io.github.otnn.examples.bench;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.Convolutions.Geometry;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.RepeatedCall;
import io.github.otnn.core.tensor.Tensors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution of a layer's shapes and its two adjoints. In the first layer of a network, whose input needs no gradient, the
 * adjoint for the kernel is the product of gathered patches with the cotangent, the gathering left out.
 */
final class BareConvolution implements BareLayer {
    private final Geometry geometry;
    private final boolean first;
    private final INDArray x;
    private final INDArray kernel;
    private final INDArray y;
    private final INDArray dy;
    private final INDArray dx;
    private final INDArray gradient;
    private final INDArray reach;
    private final INDArray patches;
    private final RepeatedCall forward = new RepeatedCall();
    private final RepeatedCall back = new RepeatedCall();
    private final INDArray rowsOfDy;
    private final INDArray rowsOfGradient;

    BareConvolution(Architecture.Stage stage, Shape shape, long samples, @Nullable BareLayer before) {
        first = before == null;
        geometry = geometry(stage, shape);
        x = BareLayer.shared(before, BareLayer::y, stage.input().batch(samples));
        kernel = OperatorFloor.weight(shape);
        y = OperatorFloor.result(stage.output().batch(samples));
        dy = OperatorFloor.noise(stage.output().batch(samples));
        dx = BareLayer.shared(before, BareLayer::dy, stage.input().batch(samples));
        gradient = OperatorFloor.result(shape.sizes());
        reach = OperatorFloor.result(Convolutions.reach(kernel, dy, geometry));
        long taps = shape.length() / shape.channels();
        rowsOfDy = Tensors.matrix(dy);
        rowsOfGradient = Tensors.matrix(gradient);
        patches = first ? OperatorFloor.noise(taps, y.length() / shape.channels()) : OperatorFloor.noise(1, 1);
    }

    @Override
    public void forward() {
        Convolutions.forward(forward, x, kernel, null, geometry, y);
    }

    @Override
    public void gradients() {
        if (first) {
            Products.product(back, patches, false, rowsOfDy, false, 1, 0, rowsOfGradient);
        } else {
            Convolutions.backward(back, x, kernel, dy, geometry, dx, gradient);
        }
    }

    @Override
    public void inputGradient() {
        Convolutions.inputGradient(back, kernel, dy, geometry, reach, dx);
    }

    @Override
    public INDArray y() {
        return y;
    }

    @Override
    public INDArray dy() {
        return dy;
    }

    /** The smallest stride that leads from the layer's input to its output. */
    private static Geometry geometry(Architecture.Stage stage, Shape kernel) {
        for (int stride = 1; stride <= stage.input().size(0); stride++) {
            for (int pad : new int[] {(int) kernel.size(0) / 2, 0}) {
                if (windows(stage, kernel, 0, stride, pad) == stage.output().size(0)
                        && windows(stage, kernel, 1, stride, pad)
                                == stage.output().size(1)) {
                    return new Geometry(stride, stride, pad, pad);
                }
            }
        }
        throw new IllegalArgumentException("operator floor: no stride and padding lead from " + stage.input() + " to "
                + stage.output() + " with the kernel " + kernel + " of " + stage.describe());
    }

    private static long windows(Architecture.Stage stage, Shape kernel, int axis, int stride, int pad) {
        return Math.floorDiv(stage.input().size(axis) + 2L * pad - kernel.size(axis), stride) + 1;
    }
}
