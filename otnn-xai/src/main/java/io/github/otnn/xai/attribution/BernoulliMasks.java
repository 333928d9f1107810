package io.github.otnn.xai.attribution;

import io.github.otnn.xai.SeededStreams;
import java.util.SplittableRandom;

/** Each place by itself. */
record BernoulliMasks(int count, double probability, long seed) implements MaskSource {
    BernoulliMasks {
        requireSettings(count, probability);
    }

    static void requireSettings(int count, double probability) {
        if (count < 1) {
            throw new IllegalArgumentException("masks: count must be >= 1, got " + count);
        }
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException("masks: probability must be in (0, 1], got " + probability);
        }
    }

    @Override
    public void write(int index, int rows, int columns, double[] into, int offset) {
        SplittableRandom random = SeededStreams.of(seed, index, 0);
        for (int p = 0; p < rows * columns; p++) {
            into[offset + p] = random.nextDouble() < probability ? 1 : 0;
        }
    }

    @Override
    public String describe() {
        return count + " masks, probability " + probability + " for each value, seed " + seed;
    }
}
