package io.github.otnn.layers;

import io.github.otnn.core.linalg.SpectralBound;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rounding of a convolution plus a bias, whatever the order of its sums.
 *
 * <p>A sum of n products and a bias is off by at most gamma (sum |x| |w| + |b|), gamma = (n + 1) u / (1 - (n + 1) u): each term
 * goes through at most one product and n sums (Higham 2002, section 3.1). Over all outputs that is gamma times the convolution
 * of |x| with |K|, whose norm is at most sqrt(M) sigma(|K|), M the number of windows over one pixel.
 *
 * <p>Underflow: every product and partial sum, and every operand that is read as 0, is off by at most the smallest normal
 * number, whether subnormals are kept or not.
 */
final class ConvolutionRounding {
    private ConvolutionRounding() {}

    /**
     * States the rounding of a layer.
     *
     * @param kernel seen as a matrix {@code [all axes but the last, last axis]}
     * @param terms number of products in one output
     * @param overlap sqrt(M)
     * @param bias one value for each channel
     * @param positions outputs of one channel
     */
    static Rounding of(
            INDArray kernel, long terms, double overlap, INDArray bias, double positions, double unitRoundoff) {
        if (!((terms + 1) * unitRoundoff < 0.5)) {
            return Rounding.unknown();
        }
        double gamma = RoundingTerms.gamma(terms + 1, unitRoundoff);
        double tiny = RoundingTerms.underflow(unitRoundoff);
        double norm = SpectralBound.ofMatrix(magnitudes(kernel));
        // a weight that is read as 0 costs tiny |x|: a convolution with a kernel of tiny entries
        double relative = overlap * (gamma * norm + 2 * tiny * Math.sqrt(kernel.length()));
        double offset = RoundingTerms.up(RoundingTerms.norm(Tensors.toDoubles(bias)) * Math.sqrt(positions));
        double outputs = Math.sqrt(positions * bias.length());
        double underflow = 2 * tiny * outputs * (2.0 * terms + 2 + terms * norm);
        return new Rounding(RoundingTerms.up(relative), RoundingTerms.up(gamma * offset + underflow), offset);
    }

    private static INDArray magnitudes(INDArray weight) {
        double[] values = Tensors.toDoubles(weight);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        long columns = weight.size(-1);
        return Tensors.of(DataType.DOUBLE, values, values.length / columns, columns);
    }
}
