package io.github.otnn.examples.bench;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.RepeatedCall;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Products of a dense layer: y = x W, dW = xT dy, dx = dy WT. */
final class BareProduct implements BareLayer {
    private final boolean first;
    private final INDArray x;
    private final INDArray weight;
    private final INDArray y;
    private final INDArray dy;
    private final INDArray dx;
    private final INDArray gradient;
    private final RepeatedCall forward = new RepeatedCall();
    private final RepeatedCall weightGradient = new RepeatedCall();
    private final RepeatedCall inputGradient = new RepeatedCall();

    BareProduct(Shape shape, long samples, @Nullable BareLayer before) {
        first = before == null;
        x = BareLayer.shared(before, BareLayer::y, samples, shape.size(0));
        weight = OperatorFloor.weight(shape);
        y = OperatorFloor.result(samples, shape.size(1));
        dy = OperatorFloor.noise(samples, shape.size(1));
        dx = BareLayer.shared(before, BareLayer::dy, samples, shape.size(0));
        gradient = OperatorFloor.result(shape.sizes());
    }

    @Override
    public void forward() {
        Products.multiply(forward, x, weight, y);
    }

    @Override
    public void gradients() {
        Products.product(weightGradient, x, true, dy, false, 1, 0, gradient);
        if (!first) {
            inputGradient();
        }
    }

    @Override
    public void inputGradient() {
        Products.product(inputGradient, dy, false, weight, true, 1, 0, dx);
    }

    @Override
    public INDArray y() {
        return y;
    }

    @Override
    public INDArray dy() {
        return dy;
    }
}
