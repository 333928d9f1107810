package io.github.otnn.xai.attack;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Functions with known boundaries, and short ways to attack them. */
final class AttackCases {
    static final double[][] CENTRES = {
        {0.2, 0.8, 0.5, 0.5, 0.1, 0.9},
        {0.7, 0.3, 0.4, 0.6, 0.6, 0.2},
        {0.9, 0.9, 0.1, 0.2, 0.3, 0.7},
    };
    static final SampleFunction NEAREST = SampleFunction.nearest(CENTRES);
    static final INDArray POINTS =
            Tensors.of(DataType.DOUBLE, new SplittableRandom(8).doubles(7 * 6).toArray(), 7, 2, 3, 1);
    static final int[] CLASSES = Arrays.stream(logits(NEAREST, POINTS))
            .mapToInt(Decision::prediction)
            .toArray();

    static final double[] UNIT_WEIGHT = {0.48, -0.6, 0, 0.64};

    private AttackCases() {}

    static AttackResult run(Attack attack, SampleFunction function, INDArray inputs, int[] labels) {
        return attack.run(function, inputs, labels, Progress.none());
    }

    static double[][] logits(SampleFunction function, INDArray rows) {
        return Stream.iterate(0, i -> i + 1)
                .limit(rows.size(0))
                .map(i -> function.apply(Tensors.toDoubles(Tensors.rows(rows, i, i + 1)))
                        .output())
                .toArray(double[][]::new);
    }

    static double[] values(SampleFunction function, INDArray rows) {
        return Arrays.stream(logits(function, rows)).mapToDouble(row -> row[0]).toArray();
    }

    static int[] signs(double[] values) {
        return Arrays.stream(values).mapToInt(value -> value > 0 ? 1 : -1).toArray();
    }

    static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }
}
