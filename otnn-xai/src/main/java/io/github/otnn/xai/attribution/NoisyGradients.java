package io.github.otnn.xai.attribution;

import io.github.otnn.xai.Progress;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.Variations;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Mean and spread of the gradient in the neighbourhood of a sample, value by value. */
final class NoisyGradients {
    private final NoiseSource noise;
    private final double[] drawn;
    private final double[] mean;
    private final double[] deviations;

    private NoisyGradients(NoiseSource noise, int length) {
        this.noise = noise;
        this.drawn = new double[length];
        this.mean = new double[length];
        this.deviations = new double[length];
    }

    /** Number that is made of the draws of one gradient value. */
    @FunctionalInterface
    interface Statistic {
        /**
         * The number.
         *
         * @param mean of the draws
         * @param deviations sum of the squared differences from the mean
         */
        double of(double mean, double deviations);
    }

    /** Checks the number of draws. */
    static void requireDraws(String where, int draws, int least) {
        if (draws < least) {
            throw new IllegalArgumentException(where + ": draws must be >= " + least + ", got " + draws);
        }
    }

    /** Maps of a statistic for all samples. */
    static INDArray explain(
            ScoredFunction function,
            INDArray input,
            NoiseSource noise,
            int draws,
            Statistic statistic,
            ChannelReduction reduction,
            Progress progress) {
        Variations variations = new Variations(function, input, draws, progress);
        NoisyGradients gradients = new NoisyGradients(noise, variations.length());
        SampleMaps maps = new SampleMaps(variations.input(), reduction);
        variations.gradients(0, draws, gradients::makePoint, (sample, draw, values, offset) -> {
            gradients.add(draw, values, offset);
            if (draw == draws - 1) {
                maps.set(sample, gradients.finish(statistic));
            }
        });
        return maps.array();
    }

    private void makePoint(int sample, int draw, double[] x, double[] into, int offset) {
        noise.write(sample, draw, drawn);
        for (int p = 0; p < x.length; p++) {
            into[offset + p] = x[p] + drawn[p];
        }
    }

    /** Welford's update: no cancellation, and exactly 0 where all draws agree. */
    private void add(int draw, double[] values, int offset) {
        for (int p = 0; p < mean.length; p++) {
            double difference = values[offset + p] - mean[p];
            mean[p] += difference / (draw + 1);
            deviations[p] += difference * (values[offset + p] - mean[p]);
        }
    }

    private double[] finish(Statistic statistic) {
        double[] result = new double[mean.length];
        Arrays.setAll(result, p -> statistic.of(mean[p], deviations[p]));
        Arrays.fill(mean, 0);
        Arrays.fill(deviations, 0);
        return result;
    }
}
