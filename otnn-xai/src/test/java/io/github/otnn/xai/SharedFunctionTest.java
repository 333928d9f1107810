package io.github.otnn.xai;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.xai.attribution.SmoothGrad;
import io.github.otnn.xai.testing.SampleFunction;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SharedFunctionTest {
    private static final SampleFunction FUNCTION =
            SampleFunction.nearest(new double[][] {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}});

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void isTheSameFunctionForEveryNumberOfWorkersAndSamples(int count) {
        SharedFunction shared = new SharedFunction(FUNCTION, new Workers(threads, count));
        for (int samples : new int[] {1, 2, 3, 7}) {
            INDArray input = FiniteDifferences.gaussian(DataType.DOUBLE, 5, samples, 3);
            INDArray before = input.dup('c');
            INDArray cotangent = FiniteDifferences.gaussian(DataType.DOUBLE, 6, samples, 3);
            try (Pass expected = FUNCTION.evaluate(input);
                    Pass pass = shared.evaluate(input.dup('f'))) {
                assertSameBits(pass.output(), expected.output());
                assertSameBits(pass.inputGradient(cotangent), expected.inputGradient(cotangent));
                assertSameBits(pass.inputGradient(cotangent.dup('f')), expected.inputGradient(cotangent));
                assertSameBits(shared.predict(input), expected.output());
            }
            assertSameBits(input, before);
        }
    }

    @Test
    void usesTheThreadsThatAreLent() {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        Differentiable watched = x -> {
            seen.add(Thread.currentThread());
            return FUNCTION.evaluate(x);
        };
        INDArray input = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 9, 3);
        new SharedFunction(watched, new Workers(threads, 3)).predict(input);
        assertThat(seen).hasSizeGreaterThan(1).contains(Thread.currentThread());
    }

    @Test
    void mapsAreThoseOfTheFunctionAlone() {
        INDArray input = FiniteDifferences.gaussian(DataType.DOUBLE, 5, 4, 3);
        SmoothGrad method = SmoothGrad.withDefaults(3, 16);
        INDArray expected = method.explain(FUNCTION, input, Score.logit(1));
        SharedFunction shared = new SharedFunction(FUNCTION, new Workers(threads, 3));
        assertSameBits(method.explain(shared, input, Score.logit(1)), expected);
    }

    @Test
    void failureOfOnePartIsThrownAndTheOtherPassesAreClosed() {
        AtomicInteger open = new AtomicInteger();
        Differentiable fragile = x -> {
            if (x.getDouble(0) > 5) {
                throw new IllegalStateException("too far");
            }
            Pass pass = FUNCTION.evaluate(x);
            open.incrementAndGet();
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
        SharedFunction shared = new SharedFunction(fragile, new Workers(threads, 2));
        INDArray input = Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 9, 2, 3}, 2, 3);
        assertThatThrownBy(() -> shared.evaluate(input))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("too far");
        assertThat(open).hasValue(0);
        shared.evaluate(Tensors.of(DataType.DOUBLE, new double[] {1, 2, 3, 1, 2, 3}, 2, 3))
                .close();
        assertThat(open).hasValue(0);
    }

    @Test
    void rejectsCotangentsOfAnotherShape() {
        SharedFunction shared = new SharedFunction(FUNCTION, new Workers(threads, 2));
        try (Pass pass = shared.evaluate(FiniteDifferences.gaussian(DataType.DOUBLE, 5, 4, 3))) {
            assertThatThrownBy(() -> pass.inputGradient(Tensors.zeros(DataType.DOUBLE, 3, 3)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("cotangent: expected [4, 3], got [3, 3]");
        }
    }
}
