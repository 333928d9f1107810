package io.github.otnn.xai.metric;

import io.github.otnn.xai.SeededStreams;
import io.github.otnn.xai.attribution.NoiseSource;
import java.util.SplittableRandom;

/**
 * What "noise of radius r" means; toolboxes mean different things, whose L2 norms differ by a factor of up to sqrt(d) for d values.
 */
public enum NoiseModel {
    /** Each value uniform in [0, r): Xplique's ball. The mean norm is near r sqrt(d / 3), and the mean is r / 2. */
    BOX_POSITIVE {
        @Override
        void draw(double[] into, double radius, SplittableRandom random) {
            for (int p = 0; p < into.length; p++) {
                into[p] = radius * random.nextDouble();
            }
        }
    },
    /** Each value uniform in [-r, r): the ball of the largest coordinate. */
    BOX_SYMMETRIC {
        @Override
        void draw(double[] into, double radius, SplittableRandom random) {
            for (int p = 0; p < into.length; p++) {
                into[p] = radius * (2 * random.nextDouble() - 1);
            }
        }
    },
    /** Uniform in the L2 ball: a direction, and one length r u^(1/d) for the whole sample. */
    L2_BALL {
        @Override
        void draw(double[] into, double radius, SplittableRandom random) {
            L2_SPHERE.draw(into, radius * Math.pow(random.nextDouble(), 1.0 / into.length), random);
        }
    },
    /** Uniform on the L2 sphere: every sample moves by exactly r. */
    L2_SPHERE {
        @Override
        void draw(double[] into, double radius, SplittableRandom random) {
            double squares = 0;
            for (int p = 0; p < into.length; p++) {
                into[p] = random.nextGaussian();
                squares += into[p] * into[p];
            }
            double scale = radius / Math.sqrt(squares);
            for (int p = 0; p < into.length; p++) {
                into[p] *= scale;
            }
        }
    },
    /** Normal with standard deviation r in each value. */
    GAUSSIAN {
        @Override
        void draw(double[] into, double radius, SplittableRandom random) {
            for (int p = 0; p < into.length; p++) {
                into[p] = radius * random.nextGaussian();
            }
        }
    };

    abstract void draw(double[] into, double radius, SplittableRandom random);

    /** Noise that differs from sample to sample. */
    public NoiseSource source(double radius, long seed) {
        return new ModelledNoise(this, radius, seed, false);
    }

    /** Noise that is the same for every sample. */
    public NoiseSource sharedSource(double radius, long seed) {
        return new ModelledNoise(this, radius, seed, true);
    }

    private record ModelledNoise(NoiseModel model, double radius, long seed, boolean shared) implements NoiseSource {
        private ModelledNoise {
            if (!(radius >= 0 && Double.isFinite(radius))) {
                throw new IllegalArgumentException("noise: radius must be finite and >= 0, got " + radius);
            }
        }

        @Override
        public void write(int sample, int draw, double[] into) {
            model.draw(into, radius, SeededStreams.of(seed, shared ? 0 : sample, draw));
        }

        @Override
        public String describe() {
            return (shared ? "shared noise " : "noise ") + model + " of radius " + radius + ", seed " + seed;
        }
    }
}
