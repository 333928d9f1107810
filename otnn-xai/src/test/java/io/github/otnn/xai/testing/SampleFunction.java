package io.github.otnn.xai.testing;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A function of one sample in float64, lifted to batches the way a user would write it. */
@FunctionalInterface
public interface SampleFunction extends Function<double[], SampleFunction.Step>, Differentiable {
    /** Result for one sample, and the way back. */
    record Step(double[] output, UnaryOperator<double[]> pullback) {}

    /** This function, then another. */
    default SampleFunction then(SampleFunction next) {
        return x -> {
            Step first = apply(x);
            Step second = next.apply(first.output());
            return new Step(
                    second.output(),
                    cotangent -> first.pullback().apply(second.pullback().apply(cotangent)));
        };
    }

    /** w.x + b. */
    static SampleFunction affine(double[] weight, double bias) {
        return x -> {
            double sum = bias;
            for (int i = 0; i < x.length; i++) {
                sum += weight[i] * x[i];
            }
            return new Step(new double[] {sum}, c -> scaled(weight, c[0]));
        };
    }

    /** |x| - radius: the potential of every cloud around a sphere. */
    static SampleFunction distanceToSphere(double radius) {
        return x -> {
            double norm = norm(x);
            return new Step(new double[] {norm - radius}, c -> scaled(x, c[0] / norm));
        };
    }

    /** {@code f_k = -|x - centre_k|}: the boundaries are those of the cells around the centres. */
    static SampleFunction nearest(double[]... centres) {
        return x -> {
            double[] logits = new double[centres.length];
            for (int k = 0; k < logits.length; k++) {
                logits[k] = -norm(difference(x, centres[k]));
            }
            return new Step(logits, cotangent -> {
                double[] back = new double[x.length];
                for (int k = 0; k < logits.length; k++) {
                    double[] offset = difference(x, centres[k]);
                    for (int p = 0; p < back.length; p++) {
                        back[p] += logits[k] == 0 ? 0 : cotangent[k] * offset[p] / logits[k];
                    }
                }
                return back;
            });
        };
    }

    private static double[] difference(double[] x, double[] y) {
        double[] result = x.clone();
        for (int i = 0; i < x.length; i++) {
            result[i] -= y[i];
        }
        return result;
    }

    /** L2 norm. */
    static double norm(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static double[] scaled(double[] x, double factor) {
        double[] result = x.clone();
        for (int i = 0; i < x.length; i++) {
            result[i] *= factor;
        }
        return result;
    }

    @Override
    default Pass evaluate(INDArray input) {
        List<Step> steps = new ArrayList<>();
        for (double[] sample : rows(input)) {
            steps.add(apply(sample));
        }
        DataType type = input.dataType();
        INDArray output = stack(type, steps.stream().map(Step::output).toList());
        return new Pass() {
            @Override
            public INDArray output() {
                return output;
            }

            @Override
            public INDArray inputGradient(INDArray cotangent) {
                List<double[]> cotangents = rows(cotangent);
                List<double[]> gradients = new ArrayList<>();
                for (int i = 0; i < steps.size(); i++) {
                    gradients.add(steps.get(i).pullback().apply(cotangents.get(i)));
                }
                return stack(type, gradients).reshape('c', input.shape());
            }
        };
    }

    private static List<double[]> rows(INDArray batch) {
        List<double[]> rows = new ArrayList<>();
        double[] all = Tensors.toDoubles(batch);
        int count = Math.toIntExact(batch.size(0));
        for (int i = 0; i < count; i++) {
            rows.add(Arrays.copyOfRange(all, i * (all.length / count), (i + 1) * (all.length / count)));
        }
        return rows;
    }

    private static INDArray stack(DataType type, List<double[]> rows) {
        int length = rows.get(0).length;
        double[] flat = new double[rows.size() * length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, flat, i * length, length);
        }
        return Tensors.of(type, flat, rows.size(), length);
    }
}
