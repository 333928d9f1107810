package io.github.otnn.examples.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** f(x) = x1, whose boundary is |x1| away. */
final class FirstFeature implements Differentiable {
    @Override
    public Pass evaluate(INDArray input) {
        double[] values = Tensors.toDoubles(input);
        int samples = values.length / 2;
        double[] first = new double[samples];
        for (int i = 0; i < samples; i++) {
            first[i] = values[2 * i];
        }
        INDArray output = Tensors.of(input.dataType(), first, samples, 1);
        return new Pass() {
            @Override
            public INDArray output() {
                return output;
            }

            @Override
            public INDArray inputGradient(INDArray cotangent) {
                double[] factors = Tensors.toDoubles(cotangent);
                double[] gradient = new double[2 * samples];
                for (int i = 0; i < samples; i++) {
                    gradient[2 * i] = factors[i];
                }
                return Tensors.of(input.dataType(), gradient, samples, 2);
            }
        };
    }
}
