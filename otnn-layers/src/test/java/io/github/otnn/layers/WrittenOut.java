package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network of one affine layer as a matrix, found by showing it every basis vector, in float64. */
final class WrittenOut {
    private WrittenOut() {}

    /** Its operator norm, to a ten-millionth. */
    static double norm(CondensedNetwork network) {
        return SpectralBound.ofMatrix(matrix(network));
    }

    /** The matrix {@code [inputs, outputs]}. */
    static INDArray matrix(CondensedNetwork network) {
        CondensedNetwork wide = network.as(DataType.DOUBLE);
        Shape shape = wide.inputShape();
        int inputs = Math.toIntExact(shape.length());
        double[] basis = new double[inputs * inputs];
        for (int i = 0; i < inputs; i++) {
            basis[i * inputs + i] = 1;
        }
        INDArray images = Tensors.of(DataType.DOUBLE, basis, shape.batch(inputs));
        INDArray outputs = Tensors.matrix(wide.predict(images).reshape('c', inputs, -1));
        INDArray zero =
                wide.predict(Tensors.zeros(DataType.DOUBLE, shape.batch(1))).reshape('c', 1, -1);
        for (int i = 0; i < inputs; i++) {
            outputs.getRow(i).subi(zero.getRow(0));
        }
        return outputs;
    }
}
