package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws from two classes in turn, labels 1, -1, 1, -1, ...: every prefix of the data is balanced, and a larger sample of the
 * same seed begins with the smaller one.
 */
final class TwoClassSampler {
    private TwoClassSampler() {}

    /** Draws one point. */
    @FunctionalInterface
    interface PointSource {
        void draw(SplittableRandom random, float[] into, int offset);
    }

    static LabelledData sample(int countPerClass, Shape point, long seed, PointSource positive, PointSource negative) {
        int count = FeatureBlocks.requireCount(countPerClass, 2);
        SplittableRandom random = new SplittableRandom(seed);
        INDArray features = FeatureBlocks.fill(
                count, point, (i, block, offset) -> (i % 2 == 0 ? positive : negative).draw(random, block, offset));
        float[] signs = new float[count];
        for (int i = 0; i < count; i++) {
            signs[i] = i % 2 == 0 ? 1 : -1;
        }
        return LabelledData.of(features, Tensors.of(signs, count, 1));
    }

    static void requireNoise(double noise) {
        if (!(noise >= 0 && Double.isFinite(noise))) {
            throw new IllegalArgumentException("noise: expected a finite standard deviation >= 0, got " + noise);
        }
    }
}
