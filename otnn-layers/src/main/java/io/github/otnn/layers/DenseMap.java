package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.ParameterSpec;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Products;
import io.github.otnn.core.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The affine map y = x W + b and its pullback, whatever constrains W. */
record DenseMap(int outputs) {
    static final String WEIGHT = "weight";
    static final String BIAS = "bias";

    DenseMap {
        if (outputs < 1) {
            throw new IllegalArgumentException("dense layer: outputs must be >= 1, got " + outputs);
        }
    }

    Shape outputShape(Shape input) {
        if (input.rank() != 1) {
            throw new ShapeMismatchException(
                    "dense layer", "input [batch, features]", input.describeBatch() + "; put Flatten before it");
        }
        return Shape.of(outputs);
    }

    List<ParameterSpec> parameters(Shape input, Parametrization parametrization) {
        Shape shape = Shape.of(input.size(0), outputs);
        return List.of(
                new ParameterSpec(WEIGHT, shape, SpectralOrthogonal.initializer(), parametrization),
                ParameterSpec.bias(outputs));
    }

    INDArray forward(INDArray input, LayerPass pass) {
        INDArray output = pass.output(input.size(0), outputs);
        Products.multiply(pass.call("product"), input, pass.weight(WEIGHT), output);
        Elementwise.addBias(pass.call("bias"), output, pass.weight(BIAS), output);
        return output;
    }

    @Nullable
    INDArray backward(INDArray input, INDArray cotangent, LayerPass pass) {
        if (pass.wantsGradients()) {
            double keep = pass.accumulates() ? 1 : 0;
            Products.product(
                    pass.call("weight gradient"), input, true, cotangent, false, 1, keep, pass.gradient(WEIGHT));
            INDArray bias = pass.view("bias gradient", pass.gradient(BIAS), 1, outputs);
            Products.sumRows(pass.call("bias gradient"), pass.ones(input.size(0)), cotangent, pass.accumulates(), bias);
        }
        if (!pass.wantsInputGradient()) {
            return null;
        }
        INDArray back = pass.cotangent(input.shape());
        Products.product(pass.call("input gradient"), cotangent, false, pass.weight(WEIGHT), true, 1, 0, back);
        return back;
    }

    /** Upper bounds of |w_k - w_l|, in float64. */
    double[][] columnDistances(INDArray weight) {
        double[] values = Tensors.toDoubles(weight);
        double[] difference = new double[values.length / outputs];
        double[][] distances = new double[outputs][outputs];
        for (int k = 0; k < outputs; k++) {
            for (int l = 0; l < k; l++) {
                for (int i = 0; i < difference.length; i++) {
                    difference[i] = values[i * outputs + k] - values[i * outputs + l];
                }
                distances[k][l] = RoundingTerms.norm(difference);
                distances[l][k] = distances[k][l];
            }
        }
        return distances;
    }

    /** Largest norm of a column, an upper bound. */
    double largestColumnNorm(INDArray weight) {
        double[] values = Tensors.toDoubles(weight);
        double[] column = new double[values.length / outputs];
        double largest = 0;
        for (int k = 0; k < outputs; k++) {
            for (int i = 0; i < column.length; i++) {
                column[i] = values[i * outputs + k];
            }
            largest = Math.max(largest, RoundingTerms.norm(column));
        }
        return largest;
    }

    /**
     * What rounding does to x W + b, whatever the order of the sums.
     *
     * <p>With gamma = n u / (1 - n u), n inputs, each sum of products is off by at most gamma times its sum of absolute values,
     * and the addition of b by u of its result:
     *
     * <pre>
     * |error| &lt;= (1 + u) gamma |x| |W| + u |x W + b|             for each output
     *        &lt;= ((1 + u) gamma + u) |W|_F |x| + u |b|            in L2, as no norm of |W| exceeds |W|_F
     * </pre>
     *
     * Underflow: every product, partial sum and result, and every operand that is read as 0, is off by at most the
     * smallest normal number.
     */
    Rounding rounding(INDArray weight, INDArray bias, double unitRoundoff) {
        double inputs = (double) weight.length() / outputs;
        if (inputs * unitRoundoff >= 0.5) {
            return Rounding.unknown();
        }
        double gamma = RoundingTerms.gamma(inputs, unitRoundoff);
        double weightNorm = RoundingTerms.norm(Tensors.toDoubles(weight));
        double biasNorm = RoundingTerms.norm(Tensors.toDoubles(bias));
        double tiny = RoundingTerms.underflow(unitRoundoff);
        double underflow = 2 * tiny * Math.sqrt(outputs) * (2 * inputs + 2 + inputs * weightNorm);
        // the operand W_ij read as 0 costs |x_i|
        double relative =
                ((1 + unitRoundoff) * gamma + unitRoundoff) * weightNorm + 2 * tiny * Math.sqrt(inputs * outputs);
        return new Rounding(
                RoundingTerms.up(relative), RoundingTerms.up(unitRoundoff * biasNorm + underflow), biasNorm);
    }
}
