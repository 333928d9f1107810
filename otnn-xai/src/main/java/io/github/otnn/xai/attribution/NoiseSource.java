package io.github.otnn.xai.attribution;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Noise that is added to samples. What is written depends on the indices alone, never on what was asked before, so that
 * batches and threads cannot change maps. Implementations are immutable and thread-safe.
 */
public interface NoiseSource {
    /**
     * Noise of draw {@code draw} for one sample.
     *
     * @param into as many values as a sample has. Modified: receives the noise, in input units.
     */
    void write(int sample, int draw, double[] into);

    /** Distribution and seed in one line, for reports. */
    String describe();

    /** Normal noise of this standard deviation in input units, other noise for each sample. */
    static NoiseSource gaussian(double sigma, long seed) {
        return new GaussianNoise(sigma, seed, false);
    }

    /** Normal noise, the same for every sample, so that maps of samples meet equal noise. */
    static NoiseSource sharedGaussian(double sigma, long seed) {
        return new GaussianNoise(sigma, seed, true);
    }

    /**
     * Given noise, the same for every sample.
     *
     * @param noise {@code [draws, ...]}, shape of a sample behind the first axis; finite. Copied.
     */
    static NoiseSource given(INDArray noise) {
        if (noise.rank() < 2) {
            throw new ShapeMismatchException("noise", "[draws, ...]", Arrays.toString(noise.shape()));
        }
        Tensors.requireFinite("noise", noise);
        double[] values = Tensors.toDoubles(noise);
        long[] shape = noise.shape().clone();
        int length = Math.toIntExact(values.length / shape[0]);
        return new NoiseSource() {
            @Override
            public void write(int sample, int draw, double[] into) {
                if (into.length != length || draw >= shape[0]) {
                    throw new IllegalArgumentException("given noise " + Arrays.toString(shape) + ": draw " + draw
                            + " of " + into.length + " values was asked for");
                }
                System.arraycopy(values, draw * length, into, 0, length);
            }

            @Override
            public String describe() {
                return "given noise " + Arrays.toString(shape);
            }
        };
    }
}
