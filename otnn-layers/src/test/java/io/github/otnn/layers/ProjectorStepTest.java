package io.github.otnn.layers;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static io.github.otnn.core.testing.FiniteDifferences.dot;
import static io.github.otnn.core.testing.FiniteDifferences.gaussian;

import io.github.otnn.core.tensor.Convolutions;
import io.github.otnn.core.tensor.RepeatedCall;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ProjectorStepTest {
    private static final int CHANNELS = 5;
    private static final int RANK = 2;
    private static final Convolutions.Geometry VALID = new Convolutions.Geometry(1, 1, 0, 0);

    /** conv(conv(x, A), B) = conv(x, A * B): here with A [2, 2, 3, 5] and B the two taps, along columns, then along rows. */
    @ParameterizedTest
    @EnumSource(ProjectorStep.Direction.class)
    void convolvingWithTheResultIsConvolvingTwice(ProjectorStep.Direction direction) {
        INDArray a = gaussian(DataType.DOUBLE, 1, 2, 2, 3, CHANNELS);
        INDArray v = gaussian(DataType.DOUBLE, 2, RANK, CHANNELS);
        INDArray x = gaussian(DataType.DOUBLE, 3, 2, 7, 6, 3);
        INDArray twoTaps = twoTaps(v, direction);
        for (boolean rows : new boolean[] {false, true}) {
            int down = rows ? 1 : 0;
            INDArray after = Tensors.zeros(DataType.DOUBLE, 2 + down, 3 - down, 3, CHANNELS);
            step(rows, direction).compose(Tensors.flat(a), v, Tensors.flat(after));

            INDArray once = Tensors.zeros(DataType.DOUBLE, 2, 6, 5, CHANNELS);
            Convolutions.forward(new RepeatedCall(), x, a, null, VALID, once);
            INDArray twice = Tensors.zeros(DataType.DOUBLE, 2, 6 - down, 4 + down, CHANNELS);
            Convolutions.forward(
                    new RepeatedCall(),
                    once,
                    twoTaps.reshape('c', 1 + down, 2 - down, CHANNELS, CHANNELS),
                    null,
                    VALID,
                    twice);
            INDArray together = Tensors.zeros(DataType.DOUBLE, twice.shape());
            Convolutions.forward(new RepeatedCall(), x, after, null, VALID, together);
            assertClose(together, twice, Tolerances.F64_REORDERED);
        }
    }

    @ParameterizedTest
    @EnumSource(ProjectorStep.Direction.class)
    void pullbackMatchesCentralDifferencesForAnyMatrix(ProjectorStep.Direction direction) {
        INDArray taps = gaussian(DataType.DOUBLE, 1, 2 * 2 * 3 * CHANNELS);
        INDArray v = gaussian(DataType.DOUBLE, 2, RANK, CHANNELS);
        for (boolean rows : new boolean[] {false, true}) {
            ProjectorStep step = step(rows, direction);
            INDArray cotangent = gaussian(DataType.DOUBLE, 4, step.lengthAfter());
            INDArray after = Tensors.zeros(DataType.DOUBLE, step.lengthAfter());
            step.compose(taps, v, after);
            INDArray tapsGradient = Tensors.zeros(DataType.DOUBLE, taps.length());
            INDArray vGradient = Tensors.zeros(DataType.DOUBLE, RANK, CHANNELS);
            INDArray before = cotangent.dup();
            step.pullback(cotangent, v, vGradient, tapsGradient);
            assertSameBits(cotangent, before);
            assertClose(
                    tapsGradient,
                    FiniteDifferences.gradient(at -> value(step, at, v, cotangent), taps),
                    Tolerances.F64_DIFFERENCE);
            assertClose(
                    vGradient,
                    FiniteDifferences.gradient(at -> value(step, taps, at, cotangent), v),
                    Tolerances.F64_DIFFERENCE);
        }
    }

    private static double value(ProjectorStep step, INDArray taps, INDArray v, INDArray cotangent) {
        INDArray after = Tensors.zeros(DataType.DOUBLE, step.lengthAfter());
        step.compose(taps, v, after);
        return dot(after, cotangent);
    }

    private static ProjectorStep step(boolean rows, ProjectorStep.Direction direction) {
        long block = 3L * CHANNELS;
        return new ProjectorStep(
                rows ? 1 : 2,
                2,
                rows ? 2 * block : block,
                RANK,
                CHANNELS,
                direction,
                new WorkingMemory(DataType.DOUBLE));
    }

    /** [P, I - P] or the reverse, {@code [2, channels, channels]}. */
    private static INDArray twoTaps(INDArray v, ProjectorStep.Direction direction) {
        double[] p = Tensors.toDoubles(v.transpose().mmul(v));
        double[] taps = new double[2 * p.length];
        int forth = direction == ProjectorStep.Direction.FORTH ? 0 : 1;
        for (int i = 0; i < p.length; i++) {
            boolean diagonal = i / CHANNELS == i % CHANNELS;
            taps[forth * p.length + i] = p[i];
            taps[(1 - forth) * p.length + i] = (diagonal ? 1 : 0) - p[i];
        }
        return Tensors.of(DataType.DOUBLE, taps, 2, CHANNELS, CHANNELS);
    }
}
