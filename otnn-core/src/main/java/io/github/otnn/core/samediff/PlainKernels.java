package io.github.otnn.core.samediff;

import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels without dilation: oneDNN behind ND4J computes the padding as if there were none, and fails. Copies, so that nobody can
 * change the network through the graph.
 */
final class PlainKernels {
    private PlainKernels() {}

    /** The same convolution with zeros between the taps. */
    static INDArray spread(INDArray kernel, int rowDilation, int columnDilation) {
        return rearranged(kernel, rowDilation, columnDilation, false);
    }

    /** The kernel with which a convolution of stride 1 is the adjoint: turned around, inputs and outputs exchanged. */
    static INDArray turned(INDArray kernel, int rowDilation, int columnDilation) {
        return rearranged(kernel, rowDilation, columnDilation, true);
    }

    private static INDArray rearranged(INDArray kernel, int rowDilation, int columnDilation, boolean turn) {
        int height = (int) kernel.size(0);
        int width = (int) kernel.size(1);
        int inputs = (int) kernel.size(2);
        int outputs = (int) kernel.size(3);
        int tall = (height - 1) * rowDilation + 1;
        int wide = (width - 1) * columnDilation + 1;
        double[] from = Tensors.toDoubles(kernel);
        double[] to = new double[tall * wide * inputs * outputs];
        for (int place = 0; place < from.length; place++) {
            int output = place % outputs;
            int input = place / outputs % inputs;
            int column = place / outputs / inputs % width * columnDilation;
            int row = place / outputs / inputs / width * rowDilation;
            int target = turn
                    ? (((tall - 1 - row) * wide + wide - 1 - column) * outputs + output) * inputs + input
                    : ((row * wide + column) * inputs + input) * outputs + output;
            to[target] = from[place];
        }
        return turn
                ? Tensors.of(kernel.dataType(), to, tall, wide, outputs, inputs)
                : Tensors.of(kernel.dataType(), to, tall, wide, inputs, outputs);
    }
}
