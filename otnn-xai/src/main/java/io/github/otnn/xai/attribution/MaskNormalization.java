package io.github.otnn.xai.attribution;

/** What sums of scores over random masks are divided by, pixel by pixel. */
public interface MaskNormalization {
    /**
     * The divisor of one pixel.
     *
     * @param maskSum sum of the masks at the pixel
     * @param count number of masks
     */
    double divisor(double maskSum, int count);

    /** Name and settings, for reports. */
    String describe();

    /** How often the pixel was really shown, plus 1e-4: the mean score while it is shown. */
    static MaskNormalization maskSum() {
        return maskSum(1e-4);
    }

    /** How often the pixel was really shown, plus a number that keeps the divisor from 0. */
    static MaskNormalization maskSum(double epsilon) {
        if (!(epsilon >= 0 && Double.isFinite(epsilon))) {
            throw new IllegalArgumentException("mask sum: epsilon must be finite and >= 0, got " + epsilon);
        }
        return new MaskNormalization() {
            @Override
            public double divisor(double maskSum, int count) {
                return maskSum + epsilon;
            }

            @Override
            public String describe() {
                return "mask sum + " + epsilon;
            }
        };
    }

    /** How often a pixel is shown on average, as in the publication: N times the probability. */
    static MaskNormalization countTimesProbability(double probability) {
        BernoulliMasks.requireSettings(1, probability);
        return new MaskNormalization() {
            @Override
            public double divisor(double maskSum, int count) {
                return count * probability;
            }

            @Override
            public String describe() {
                return "N times " + probability;
            }
        };
    }
}
