package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.attribution.Attribution;
import io.github.otnn.xai.attribution.NoiseSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maps of samples and of their noisy copies. All samples move at once, one draw after the other: a method that draws by the index of
 * a sample then draws for the copy what it drew for the sample, and the batch size has no say.
 */
final class Neighbours {
    private final CountedFunction counted;
    private final INDArray inputs;
    private final Attribution attribution;
    private final Score score;
    private final NoiseSource noise;
    private final int count;
    private final Phases phases;
    private final GivenMaps maps;

    /** Takes a neighbour. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes a neighbour of a sample.
         *
         * @param map of the sample. Not to be modified, as is {@code moved}, the neighbour's.
         * @param step from the sample to its neighbour
         */
        void accept(int sample, double[] map, double[] moved, double[] step);
    }

    /** Decides about whole draws before they are visited. */
    @FunctionalInterface
    interface Filter {
        /** Which of the moved samples are visited. */
        boolean[] keep(INDArray moved);
    }

    Neighbours(
            CountedFunction counted,
            INDArray inputs,
            Attribution attribution,
            Score score,
            NoiseSource noise,
            int count,
            Progress progress) {
        this.counted = counted;
        this.inputs = ScoredFunction.requireInput(inputs);
        this.attribution = attribution;
        this.score = score;
        this.noise = noise;
        this.count = count;
        this.phases = new Phases(count + 1, progress);
        Differentiable function = counted.function();
        INDArray explained = attribution.explain(function, this.inputs, score, phases.next());
        this.maps = GivenMaps.of(this.inputs.shape(), explained);
    }

    /** Checks the number of neighbours. */
    static void requireCount(String metric, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(metric + ": neighbours must be >= 1, got " + count);
        }
    }

    GivenMaps maps() {
        return maps;
    }

    INDArray inputs() {
        return inputs;
    }

    /** Visits all neighbours of all samples. */
    void forEach(Filter filter, Visitor visitor) {
        int samples = maps.samples();
        int length = Math.toIntExact(inputs.length() / samples);
        double[][] steps = new double[samples][length];
        INDArray moved = Tensors.uninitialized(inputs.dataType(), inputs.shape());
        for (int draw = 0; draw < count; draw++) {
            for (int i = 0; i < samples; i++) {
                noise.write(i, draw, steps[i]);
                double[] x = Tensors.toDoubles(Tensors.rows(inputs, i, i + 1));
                for (int p = 0; p < length; p++) {
                    x[p] += steps[i][p];
                }
                Tensors.write(x, Tensors.rows(moved, i, i + 1));
            }
            boolean[] kept = filter.keep(moved);
            INDArray explained = attribution.explain(counted.function(), moved, score, phases.next());
            GivenMaps others = GivenMaps.of(inputs.shape(), explained);
            for (int i = 0; i < samples; i++) {
                if (kept[i]) {
                    visitor.accept(i, maps.of(i), others.of(i), steps[i]);
                }
            }
        }
    }
}
