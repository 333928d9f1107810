package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds each value of an array between two limits by itself.
 *
 * <pre>W^ = min(max(W, -limit), limit)</pre>
 *
 * The raw values move onto the limits with the effective ones, so a huge step leaves nothing to come back from. The gradient is
 * the one of a projected descent: 0 for a value at a limit whose descent direction points outward, unchanged otherwise, so
 * that a value at a limit can leave it.
 *
 * @param limit largest size of a value, finite and above 0
 */
public record Clamped(double limit) implements Parametrization {
    /** Checks the limit. */
    public Clamped {
        if (!(limit > 0) || Double.isInfinite(limit)) {
            throw new IllegalArgumentException("Clamped: expected a finite limit > 0, got " + limit);
        }
    }

    @Override
    public Projection bind(Shape shape, DataType type) {
        return new Clamp(largest(limit, type));
    }

    /** Largest number of this type that is not above the limit. */
    private static double largest(double limit, DataType type) {
        float narrow = (float) limit;
        if (type == DataType.DOUBLE) {
            return limit;
        }
        return narrow > limit ? Math.nextDown(narrow) : narrow;
    }

    private record Clamp(double limit) implements Projection {
        @Override
        public void project(INDArray raw, INDArray effective) {
            double[] values = Tensors.toDoubles(raw);
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new IllegalArgumentException(
                            "Clamped: expected finite numbers, value " + i + " is " + values[i]);
                }
                values[i] = Math.min(Math.max(values[i], -limit), limit);
            }
            Tensors.write(values, raw);
            Tensors.write(values, effective);
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            double[] values = Tensors.toDoubles(raw);
            double[] gradient = Tensors.toDoubles(effectiveGradient);
            for (int i = 0; i < values.length; i++) {
                boolean outward = values[i] >= limit && gradient[i] < 0 || values[i] <= -limit && gradient[i] > 0;
                gradient[i] = outward ? 0 : gradient[i];
            }
            Tensors.write(gradient, rawGradient);
        }
    }
}
