package io.github.otnn.xai.transport;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a score f behaves along the pairs (x, y) of a transport plan, one entry for each pair that is apart. The arrays belong to
 * the receiver.
 *
 * @param distances |x - y|
 * @param tightness (f(x) - f(y)) / |x - y|, in [-1, 1] for a 1-Lipschitz f, 1 at the optimum
 * @param cosinesAtX cos(grad f(x), x - y), 1 at the optimum; 0 where the gradient is zero
 * @param cosinesAtY cos(grad f(y), x - y)
 * @param rayResiduals |y - (x - |x - y| grad f(x) / |grad f(x)|)| / |x - y|, 0 at the optimum; 1 where the gradient is zero
 */
public record PairFigures(
        double[] distances, double[] tightness, double[] cosinesAtX, double[] cosinesAtY, double[] rayResiduals) {
    static PairFigures of(ScoredFunction scored, INDArray x, INDArray y) {
        int n = Math.toIntExact(x.size(0));
        PairFigures all = new PairFigures(new double[n], new double[n], new double[n], new double[n], new double[n]);
        scored.forEachBatch(x, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                int pair = batch.first() + i;
                double[] way = row(batch.input(), i);
                subtract(way, row(y, pair));
                double[] gradient = row(batch.gradient(), i);
                double distance = norm(way);
                double slope = norm(gradient);
                all.distances[pair] = distance;
                all.tightness[pair] = batch.values().scores()[i];
                all.cosinesAtX[pair] = cosine(gradient, way);
                if (distance > 0) {
                    double missed = 0;
                    for (int p = 0; p < way.length; p++) {
                        double d = way[p] - (slope == 0 ? 0 : distance * gradient[p] / slope);
                        missed += d * d;
                    }
                    all.rayResiduals[pair] = Math.sqrt(missed) / distance;
                }
            }
        });
        scored.forEachBatch(y, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                int pair = batch.first() + i;
                double[] way = row(x, pair);
                subtract(way, row(batch.input(), i));
                all.tightness[pair] = (all.tightness[pair] - batch.values().scores()[i]) / all.distances[pair];
                all.cosinesAtY[pair] = cosine(row(batch.gradient(), i), way);
            }
        });
        return all.apart();
    }

    private PairFigures apart() {
        int[] kept = IntStream.range(0, distances.length)
                .filter(i -> distances[i] > 0)
                .toArray();
        return new PairFigures(
                pick(distances, kept),
                pick(tightness, kept),
                pick(cosinesAtX, kept),
                pick(cosinesAtY, kept),
                pick(rayResiduals, kept));
    }

    private static double[] pick(double[] values, int[] kept) {
        return Arrays.stream(kept).mapToDouble(i -> values[i]).toArray();
    }

    static double[] row(INDArray dense, int i) {
        return Tensors.toDoubles(Tensors.rows(dense, i, i + 1L));
    }

    static void subtract(double[] from, double[] what) {
        for (int p = 0; p < from.length; p++) {
            from[p] -= what[p];
        }
    }

    static double norm(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    /** 0 where one of the two is zero. */
    static double cosine(double[] x, double[] y) {
        double dot = 0;
        for (int p = 0; p < x.length; p++) {
            dot += x[p] * y[p];
        }
        double norms = norm(x) * norm(y);
        return norms == 0 ? 0 : dot / norms;
    }
}
