package io.github.otnn.xai;

import static io.github.otnn.core.testing.ArrayAssertions.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import io.github.otnn.xai.testing.ReferenceNetwork;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ScoredFunctionTest {
    private static final Golden GOLDEN = Golden.read(ScoredFunctionTest.class, "network.json");
    private static final SampleFunction NETWORK = ReferenceNetwork.of(GOLDEN);
    private static final INDArray INPUTS = GOLDEN.get("inputs").array(DataType.DOUBLE);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 100})
    void valuesMatchGoldenLogitsForEveryBatchSize(int batchSize) {
        int[] targets = {3, 0, 3, 1, 2};
        ScoredFunction.Values values = new ScoredFunction(NETWORK, Score.logit(targets), batchSize).values(INPUTS);
        double[] golden = GOLDEN.get("logits").values();
        for (int i = 0; i < 5; i++) {
            for (int k = 0; k < 4; k++) {
                assertThat(Math.abs(values.logits()[i][k] - golden[i * 4 + k])).isLessThan(Tolerances.F64_GOLDEN);
            }
            assertThat(values.scores()[i]).isEqualTo(values.logits()[i][targets[i]]);
        }
    }

    @Test
    void gradientOfEveryLogitMatchesGolden() {
        double[] golden = GOLDEN.get("logit_gradients").values();
        double[] norms = GOLDEN.get("logit_gradient_norms").values();
        int length = 8 * 8 * 3;
        for (int k = 0; k < 4; k++) {
            int target = k;
            new ScoredFunction(NETWORK, Score.logit(target), 2).forEachBatch(INPUTS, batch -> {
                double[] gradient = Tensors.toDoubles(batch.gradient());
                for (int i = 0; i < batch.size(); i++) {
                    int sample = batch.first() + i;
                    for (int p = 0; p < length; p++) {
                        assertThat(gradient[i * length + p] - golden[(sample * 4 + target) * length + p])
                                .isBetween(-Tolerances.F64_GOLDEN, Tolerances.F64_GOLDEN);
                    }
                    assertThat(batch.gradientNorms()[i] - norms[sample * 4 + target])
                            .isBetween(-Tolerances.F64_GOLDEN, Tolerances.F64_GOLDEN);
                }
            });
        }
    }

    @Test
    void gradientOfMarginMatchesCentralDifferences() {
        INDArray one = Tensors.rows(INPUTS, 2, 3);
        ScoredFunction scored = new ScoredFunction(NETWORK, Score.margin(1), 1);
        INDArray expected = FiniteDifferences.gradient(x -> scored.values(x).scores()[0], one.dup('c'));
        scored.forEachBatch(one, batch -> assertClose(batch.gradient(), expected, Tolerances.F64_DIFFERENCE));
    }

    @Test
    void pointsOfASampleAreScoredWithItsTarget() {
        int[] targets = {3, 0, 3, 1, 2};
        ScoredFunction scored = new ScoredFunction(NETWORK, Score.logit(targets), 2);
        double[] expected = scored.values(INPUTS).scores();
        scored.forEachBatch(INPUTS, batch -> {
            double[] scores =
                    batch.valuesAt(batch.moved(new double[batch.size()])).scores();
            for (int i = 0; i < scores.length; i++) {
                assertThat(scores[i]).isEqualTo(expected[batch.first() + i]);
            }
        });
    }

    @Test
    void functionNeverSeesMoreThanABatchAndEveryPassIsClosed() {
        List<Long> sizes = new ArrayList<>();
        AtomicInteger open = new AtomicInteger();
        Differentiable watched = input -> {
            sizes.add(input.size(0));
            open.incrementAndGet();
            Pass pass = NETWORK.evaluate(input);
            return new Pass() {
                @Override
                public INDArray output() {
                    return pass.output();
                }

                @Override
                public INDArray inputGradient(INDArray cotangent) {
                    return pass.inputGradient(cotangent);
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        };
        ScoredFunction scored = new ScoredFunction(watched, Score.logit(0), 2);
        scored.values(INPUTS);
        scored.forEachBatch(INPUTS, batch -> batch.valuesAt(batch.input()));
        assertThat(sizes).containsExactly(2L, 2L, 1L, 2L, 2L, 2L, 2L, 1L, 1L);
        assertThat(open).hasValue(0);
    }

    @Test
    void rejectsInputThatIsNoFiniteBatch() {
        ScoredFunction scored = new ScoredFunction(SampleFunction.affine(new double[] {1, 2}, 0), Score.binary(), 4);
        assertThatThrownBy(() -> scored.values(array(new double[] {1, 2}, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("input to explain: expected [samples, ...], got [2]");
        assertThatThrownBy(() -> scored.values(array(new double[] {1, 2, 3, Double.NaN}, 2, 2)))
                .hasMessage("input to explain: expected finite values, got NaN at [1, 1]");
        assertThatThrownBy(() -> new ScoredFunction(scored.function(), scored.score(), 0))
                .hasMessage("ScoredFunction: batchSize must be >= 1, got 0");
    }

    @Test
    void rejectsFunctionsThatBreakTheirPromise() {
        INDArray input = array(new double[] {1, 2, 3, 4}, 2, 2);
        assertThatThrownBy(() -> run(returning(array(new double[2], 2), input), input))
                .hasMessage("output of the function: expected [2, outputs], got [2]");
        assertThatThrownBy(() -> run(returning(array(new double[2], 2, 1), array(new double[3], 1, 3)), input))
                .hasMessage("gradient of the function: expected [2, 2], got [1, 3]");
        assertThatThrownBy(() -> run(returning(array(new double[] {0, Double.NaN}, 2, 1), input), input))
                .hasMessage("logit 0 of sample 1 is NaN; expected finite logits");
        INDArray broken = array(new double[] {0, 0, 0, Double.POSITIVE_INFINITY}, 2, 2);
        assertThatThrownBy(() -> run(returning(array(new double[2], 2, 1), broken), input))
                .hasMessage("gradient of the score, batch from sample 0: expected finite values, got Infinity at "
                        + "[1, 1]");
    }

    private static void run(Differentiable function, INDArray input) {
        new ScoredFunction(function, Score.binary(), 2).forEachBatch(input, batch -> {});
    }

    private static Differentiable returning(INDArray output, INDArray gradient) {
        return input -> new Pass() {
            @Override
            public INDArray output() {
                return output;
            }

            @Override
            public INDArray inputGradient(INDArray cotangent) {
                return gradient;
            }
        };
    }

    private static INDArray array(double[] values, long... shape) {
        return Tensors.of(DataType.DOUBLE, values, shape);
    }
}
