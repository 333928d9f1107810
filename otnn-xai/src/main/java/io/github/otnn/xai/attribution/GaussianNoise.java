package io.github.otnn.xai.attribution;

import io.github.otnn.xai.SeededStreams;
import java.util.SplittableRandom;

/** N(0, sigma^2), independent in all values. */
record GaussianNoise(double sigma, long seed, boolean shared) implements NoiseSource {
    GaussianNoise {
        if (!(sigma >= 0 && Double.isFinite(sigma))) {
            throw new IllegalArgumentException("noise: sigma must be finite and >= 0, got " + sigma);
        }
    }

    @Override
    public void write(int sample, int draw, double[] into) {
        SplittableRandom random = SeededStreams.of(seed, shared ? 0 : sample, draw);
        for (int p = 0; p < into.length; p++) {
            into[p] = sigma * random.nextGaussian();
        }
    }

    @Override
    public String describe() {
        return (shared ? "shared noise, sigma " : "noise, sigma ") + sigma + ", seed " + seed;
    }
}
