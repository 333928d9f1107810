package io.github.otnn.loss;

import io.github.otnn.core.train.Loss;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.ndarray.INDArray;

class SignContractTest {
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

    private abstract static class Multilabel extends LossContract {
        @Override
        int outputs() {
            return 3;
        }

        @Override
        INDArray labels() {
            return Arrays2D.rows(
                    new double[] {1, -1, -1},
                    new double[] {1, 1, -1},
                    new double[] {-1, -1, -1},
                    new double[] {1, 1, -1},
                    new double[] {-1, 1, -1},
                    new double[] {-1, -1, -1},
                    new double[] {1, -1, -1});
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class AutoMarginShared extends Binary {
        @Override
        Loss loss() {
            return new AutoMarginHkr(AutoMargin.of(0.1).withStart(0.5), MarginSharing.SHARED);
        }
    }

    @Nested
    class AutoMarginWithPriors extends Binary {
        @Override
        Loss loss() {
            return new AutoMarginHkr(AutoMargin.of(0.1), MarginSharing.SHARED, ClassPriors.binary(0.04));
        }
    }

    @Nested
    class AutoMarginPerClass extends Binary {
        @Override
        Loss loss() {
            return new AutoMarginHkr(AutoMargin.of(0.1).withStart(0.5), MarginSharing.PER_CLASS);
        }
    }

    @Nested
    class AutoMarginPerClassWithPriors extends Binary {
        @Override
        Loss loss() {
            return new AutoMarginHkr(
                    AutoMargin.of(0.1).withStart(0.5), MarginSharing.PER_CLASS, ClassPriors.binary(0.04));
        }
    }

    @Nested
    class OneLabelOfSeveral extends Binary {
        @Override
        Loss loss() {
            return new MultilabelHkr(new BinaryHkr(3, 0.5));
        }
    }

    @Nested
    class OneCrossEntropy extends Binary {
        @Override
        Loss loss() {
            return new TauBinaryCrossEntropy(2);
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class CrossEntropyPerLabel extends Multilabel {
        @Override
        Loss loss() {
            return new TauBinaryCrossEntropy(2);
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class Hkr extends Multilabel {
        @Override
        Loss loss() {
            return new MultilabelHkr(new BinaryHkr(20, 0.5));
        }
    }

    @Nested
    class HkrWithOwnHeads extends Multilabel {
        @Override
        Loss loss() {
            return new MultilabelHkr(List.of(
                    new BinaryHkr(20, 0.5),
                    new BinaryHkr(2, 1).withPriors(ClassPriors.binary(0.2)),
                    new BinaryHkr(0, 1)));
        }
    }

    @Nested
    class HkrBySample extends Multilabel {
        @Override
        Loss loss() {
            return new MultilabelHkr(new BinaryHkr(20, 0.5).withWeighting(KrWeighting.PRIOR_WEIGHTED));
        }

        @Override
        boolean isSampleWise() {
            return true;
        }
    }

    @Nested
    class AutoMarginPerLabel extends Multilabel {
        @Override
        Loss loss() {
            return new AutoMarginMultilabel(AutoMargin.of(0.05).withStart(0.5), 3);
        }
    }

    @Nested
    class AutoMarginPerLabelWithPriors extends Multilabel {
        @Override
        Loss loss() {
            return new AutoMarginMultilabel(
                    AutoMargin.of(0.05),
                    List.of(ClassPriors.binary(0.4), ClassPriors.uniform(), ClassPriors.binary(0.01)));
        }
    }
}
