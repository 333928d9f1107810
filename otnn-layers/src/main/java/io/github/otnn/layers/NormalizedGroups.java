package io.github.otnn.layers;

import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Divides groups of entries by their norms, in float64: entry i in C order belongs to group {@code i mod groups}, so one
 * group is the whole array and as many groups as columns are the columns.
 *
 * <pre>w^ = w / |w|,   dw = (g - w^ (w^ . g)) / |w|</pre>
 */
final class NormalizedGroups implements Projection {
    private final String zeroMessage;
    private final int groups;
    private double[] unit = new double[0];
    private final double[] norms;

    /** The message ends with the norm of the first group that has none above 0; {@code %d} is the group's number. */
    NormalizedGroups(String zeroMessage, int groups) {
        this.zeroMessage = zeroMessage;
        this.groups = groups;
        this.norms = new double[groups];
    }

    @Override
    public void project(INDArray raw, INDArray effective) {
        unit = Tensors.toDoubles(raw);
        Arrays.fill(norms, 0);
        for (int i = 0; i < unit.length; i++) {
            norms[i % groups] += unit[i] * unit[i];
        }
        for (int j = 0; j < groups; j++) {
            norms[j] = Math.sqrt(norms[j]);
            if (!(norms[j] > 1e-12) || Double.isInfinite(norms[j])) {
                throw new IllegalArgumentException(String.format(zeroMessage, j) + norms[j]);
            }
        }
        for (int i = 0; i < unit.length; i++) {
            unit[i] /= norms[i % groups];
        }
        Tensors.write(unit, effective);
    }

    @Override
    public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
        double[] gradient = Tensors.toDoubles(effectiveGradient);
        double[] along = new double[groups];
        for (int i = 0; i < gradient.length; i++) {
            along[i % groups] += unit[i] * gradient[i];
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (gradient[i] - unit[i] * along[i % groups]) / norms[i % groups];
        }
        Tensors.write(gradient, rawGradient);
    }
}
