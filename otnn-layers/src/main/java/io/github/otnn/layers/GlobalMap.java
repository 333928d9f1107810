package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.graph.Operand;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.tensor.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The whole image as one window, for global pooling. */
final class GlobalMap {
    private GlobalMap() {}

    static Shape outputShape(String layer, Shape input) {
        if (input.rank() != 3) {
            throw new ShapeMismatchException(layer, "input [batch, height, width, channels]", input.describeBatch());
        }
        return Shape.of(input.channels());
    }

    /** Memory for the result, as an image of one pixel. */
    static INDArray output(INDArray input, LayerPass pass) {
        return pass.output(input.size(0), 1, 1, input.size(3));
    }

    /** The result without its pixel axes. */
    static INDArray vectors(INDArray output, LayerPass pass) {
        return pass.view("vectors", output, output.size(0), output.size(3));
    }

    /** Vectors as images of one pixel. */
    static INDArray pixels(String name, INDArray vectors, LayerPass pass) {
        return pass.view(name, vectors, vectors.size(0), 1, 1, vectors.size(1));
    }

    static Pooling.Windows window(INDArray input) {
        int height = Math.toIntExact(input.size(1));
        int width = Math.toIntExact(input.size(2));
        return new Pooling.Windows(height, width, height, width, 0);
    }

    /** Mean of each channel, in primitive operators. */
    static Operand mean(Operand input) {
        return input.mean(0, 1).reshape(Shape.of(input.shape().channels()));
    }

    /** Number of pixels. */
    static double size(Shape input) {
        return (double) input.size(0) * input.size(1);
    }
}
