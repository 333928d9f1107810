package io.github.otnn.loss;

import io.github.otnn.core.train.Loss;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.ndarray.INDArray;

class SoftmaxHkrContractTest {
    private abstract static class Multiclass extends LossContract {
        @Override
        int outputs() {
            return 3;
        }

        @Override
        INDArray labels() {
            return Arrays2D.column(0, 2, 1, 1, 2, 2, 0);
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class UnitTemperature extends Multiclass {
        @Override
        Loss loss() {
            return new SoftmaxHkr(5, 0.5, 1);
        }
    }

    @Nested
    class HighTemperatureWithPriors extends Multiclass {
        @Override
        Loss loss() {
            return new SoftmaxHkr(20, 0.1, 10).withPriors(ClassPriors.of(0.7, 0.1, 0.2));
        }
    }

    @Nested
    class HingeAlone extends Multiclass {
        @Override
        Loss loss() {
            return new SoftmaxHkr(Double.POSITIVE_INFINITY, 0.5, 2);
        }
    }

    @Nested
    class TransportAlone extends Multiclass {
        @Override
        Loss loss() {
            return new SoftmaxHkr(0, 0.5, 2);
        }
    }

    @Nested
    class TwoClasses extends Multiclass {
        @Override
        Loss loss() {
            return new SoftmaxHkr(5, 0.5, 10);
        }

        @Override
        int outputs() {
            return 2;
        }

        @Override
        INDArray labels() {
            return Arrays2D.column(0, 1, 1, 0, 0, 1, 0);
        }
    }
}
