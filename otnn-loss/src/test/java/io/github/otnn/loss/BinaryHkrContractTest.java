package io.github.otnn.loss;

import io.github.otnn.core.train.Loss;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.ndarray.INDArray;

class BinaryHkrContractTest {
    private abstract static class Binary extends LossContract {
        @Override
        int outputs() {
            return 1;
        }

        @Override
        INDArray labels() {
            return Arrays2D.column(1, -1, -1, 1, -1, -1, -1);
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class ClassConditional extends Binary {
        @Override
        Loss loss() {
            return new BinaryHkr(10, 0.5);
        }
    }

    @Nested
    class ClassConditionalWithPriors extends Binary {
        @Override
        Loss loss() {
            return new BinaryHkr(10, 0.5).withPriors(ClassPriors.binary(0.04));
        }
    }

    @Nested
    class PriorWeighted extends Binary {
        @Override
        Loss loss() {
            return new BinaryHkr(3, 1).withWeighting(KrWeighting.PRIOR_WEIGHTED).withPriors(ClassPriors.binary(0.3));
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class HingeAlone extends Binary {
        @Override
        Loss loss() {
            return new BinaryHkr(Double.POSITIVE_INFINITY, 0.7);
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class TransportAlone extends Binary {
        @Override
        Loss loss() {
            return new BinaryHkr(0, 0.7);
        }
    }
}
