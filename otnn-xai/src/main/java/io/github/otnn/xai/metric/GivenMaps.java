package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.SampleValues;
import io.github.otnn.xai.attribution.PixelGrid;
import io.github.otnn.xai.statistics.Correlation;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Maps that came from outside, checked; one sample's values at a time. */
final class GivenMaps {
    private final SampleValues values;
    private final PixelGrid grid;

    private GivenMaps(INDArray maps) {
        this.values = new SampleValues(maps);
        this.grid = PixelGrid.of(maps.shape());
    }

    /**
     * Maps by themselves.
     *
     * @param maps {@code [samples, height, width]}, or {@code [samples, features]}
     */
    static GivenMaps of(INDArray maps) {
        if (maps.isEmpty() || maps.length() == 0) {
            throw new IllegalArgumentException("maps: expected at least one map, got an empty array");
        }
        if (maps.rank() != 2 && maps.rank() != 3) {
            throw new ShapeMismatchException(
                    "maps",
                    "[samples, height, width] or [samples, features]",
                    Arrays.toString(maps.shape()) + "; reduce channels first, with ChannelReduction.reduce");
        }
        INDArray dense = Tensors.dense(maps);
        Tensors.requireFinite("maps", dense);
        return new GivenMaps(dense);
    }

    /**
     * Maps of inputs.
     *
     * @param inputShape {@code [samples, ...]}
     */
    static GivenMaps of(long[] inputShape, INDArray maps) {
        requireFit(inputShape, maps);
        return of(maps.rank() > 3 ? maps.reshape('c', maps.size(0), maps.length() / maps.size(0)) : maps);
    }

    /** Checks that maps have a value for each pixel of the inputs. */
    static void requireFit(long[] inputShape, INDArray maps) {
        long[] expected = PixelGrid.mapShape(inputShape);
        if (!Arrays.equals(expected, maps.shape())) {
            throw new ShapeMismatchException(
                    "maps",
                    Arrays.toString(expected) + " for inputs " + Arrays.toString(inputShape),
                    Arrays.toString(maps.shape())
                            + (inputShape.length == 4 && Arrays.equals(inputShape, maps.shape())
                                    ? "; reduce channels first, with ChannelReduction.reduce"
                                    : ""));
        }
    }

    int samples() {
        return values.samples();
    }

    PixelGrid grid() {
        return grid;
    }

    /** The values of a map in C order, not to be modified. */
    double[] of(int sample) {
        return values.of(sample);
    }

    /** A number for each map. */
    MetricResult measure(MetricResult.Metadata about, ToDoubleFunction<double[]> value) {
        double[] measured = new double[samples()];
        for (int i = 0; i < measured.length; i++) {
            measured[i] = value.applyAsDouble(of(i));
        }
        return MetricResult.of(about, measured, 0, 0, 0, 0, constant());
    }

    /** Number of maps that are the same everywhere. */
    int constant() {
        int constant = 0;
        for (int i = 0; i < samples(); i++) {
            constant += Correlation.isConstant(of(i)) ? 1 : 0;
        }
        return constant;
    }
}
