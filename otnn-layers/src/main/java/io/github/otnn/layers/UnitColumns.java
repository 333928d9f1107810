package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Parametrization;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Divides each column of a matrix by its norm, computed in float64.
 *
 * <pre>w^_j = w_j / |w_j|,   dw_j = (g_j - w^_j (w^_j . g_j)) / |w_j|</pre>
 *
 * A column of zeros has no direction: it is an error.
 */
public record UnitColumns() implements Parametrization {
    @Override
    public Projection bind(Shape shape, DataType type) {
        return new Normalization(Math.toIntExact(shape.length() / shape.channels()), Math.toIntExact(shape.channels()));
    }

    private static final class Normalization implements Projection {
        private final int rows;
        private final int columns;
        private double[] unit = new double[0];
        private final double[] norms;

        Normalization(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.norms = new double[columns];
        }

        @Override
        public void project(INDArray raw, INDArray effective) {
            unit = Tensors.toDoubles(raw);
            java.util.Arrays.fill(norms, 0);
            for (int i = 0; i < unit.length; i++) {
                norms[i % columns] += unit[i] * unit[i];
            }
            for (int j = 0; j < columns; j++) {
                norms[j] = Math.sqrt(norms[j]);
                if (!(norms[j] > 1e-12) || Double.isInfinite(norms[j])) {
                    throw new IllegalArgumentException(
                            "UnitColumns: expected columns with a finite norm above 0, column " + j + " has "
                                    + norms[j]);
                }
            }
            for (int i = 0; i < unit.length; i++) {
                unit[i] /= norms[i % columns];
            }
            Tensors.write(unit, effective);
        }

        @Override
        public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
            double[] gradient = Tensors.toDoubles(effectiveGradient);
            double[] along = new double[columns];
            for (int i = 0; i < rows * columns; i++) {
                along[i % columns] += unit[i] * gradient[i];
            }
            for (int i = 0; i < rows * columns; i++) {
                gradient[i] = (gradient[i] - unit[i] * along[i % columns]) / norms[i % columns];
            }
            Tensors.write(gradient, rawGradient);
        }
    }
}
