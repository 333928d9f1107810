package io.github.otnn.xai.metric;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.SplitFunction;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Counts the points at which a function is evaluated. */
final class CountedFunction {
    private final AtomicLong points = new AtomicLong();
    private final Differentiable function;

    private CountedFunction(Differentiable function) {
        // a function in two parts stays one: some methods look in between
        this.function = function instanceof SplitFunction split
                ? new SplitFunction(counting(split.features()), split.head())
                : counting(function);
    }

    static CountedFunction of(Differentiable function) {
        return new CountedFunction(function);
    }

    Differentiable function() {
        return function;
    }

    long evaluations() {
        return points.get();
    }

    private Differentiable counting(Differentiable counted) {
        return new Differentiable() {
            @Override
            public Pass evaluate(INDArray input) {
                points.addAndGet(input.size(0));
                return counted.evaluate(input);
            }

            @Override
            public INDArray predict(INDArray input) {
                points.addAndGet(input.size(0));
                return counted.predict(input);
            }
        };
    }
}
