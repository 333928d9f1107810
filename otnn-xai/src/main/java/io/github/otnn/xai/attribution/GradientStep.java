package io.github.otnn.xai.attribution;

import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is done to the gradients of a batch before channels are reduced; in place, in the type of the gradients. In float32 each
 * value comes out as if it had been computed in float64 and rounded once.
 */
enum GradientStep {
    /** Nothing. */
    KEEP {
        @Override
        void apply(double[] gradients, INDArray input) {}

        @Override
        void apply(float[] gradients, INDArray input) {}
    },
    /** The absolute value. */
    ABSOLUTE {
        @Override
        void apply(double[] gradients, INDArray input) {
            for (int p = 0; p < gradients.length; p++) {
                gradients[p] = Math.abs(gradients[p]);
            }
        }

        @Override
        void apply(float[] gradients, INDArray input) {
            for (int p = 0; p < gradients.length; p++) {
                gradients[p] = Math.abs(gradients[p]);
            }
        }
    },
    /** The product with the input. */
    TIMES_INPUT {
        @Override
        void apply(double[] gradients, INDArray input) {
            double[] x = Tensors.toDoubles(input);
            for (int p = 0; p < gradients.length; p++) {
                gradients[p] *= x[p];
            }
        }

        @Override
        void apply(float[] gradients, INDArray input) {
            double[] x = Tensors.toDoubles(input);
            for (int p = 0; p < gradients.length; p++) {
                gradients[p] = (float) (gradients[p] * x[p]);
            }
        }
    };

    /**
     * Changes gradients.
     *
     * @param gradients of all samples of a batch. Modified.
     * @param input the samples. Not modified.
     */
    abstract void apply(double[] gradients, INDArray input);

    /** The same in float32. */
    abstract void apply(float[] gradients, INDArray input);
}
