package io.github.otnn.loss;

import io.github.otnn.core.train.Loss;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.ndarray.INDArray;

class MulticlassContractTest {
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
    class CrossEntropy extends Multiclass {
        @Override
        Loss loss() {
            return new TauCrossEntropy(1);
        }
    }

    @Nested
    class SharpCrossEntropyWithPriors extends Multiclass {
        @Override
        Loss loss() {
            return new TauCrossEntropy(20).withPriors(ClassPriors.of(0.7, 0.1, 0.2));
        }
    }

    @Nested
    class Hinge extends Multiclass {
        @Override
        Loss loss() {
            return new CategoricalHinge(0.56);
        }
    }

    @Nested
    class HingeWithPriors extends Multiclass {
        @Override
        Loss loss() {
            return new CategoricalHinge(0.56).withPriors(ClassPriors.of(0.7, 0.1, 0.2));
        }
    }

    @Nested
    class HingeOfAllRivals extends Multiclass {
        @Override
        Loss loss() {
            return new MultiMargin(0.74).withPriors(ClassPriors.of(0.2, 0.5, 0.3));
        }
    }

    @Nested
    class Lse extends Multiclass {
        @Override
        Loss loss() {
            return new LseHkr(5, 0.1);
        }
    }

    @Nested
    class LseWithAllSettings extends Multiclass {
        @Override
        Loss loss() {
            return new LseHkr(9, 0.5, 10, 0.5).withPriors(ClassPriors.of(0.7, 0.1, 0.2));
        }
    }

    @Nested
    class LseHingeAlone extends Multiclass {
        @Override
        Loss loss() {
            return new LseHkr(Double.POSITIVE_INFINITY, 0.5);
        }
    }

    @Nested
    class AdaptiveAtConstantTemperature extends Multiclass {
        @Override
        Loss loss() {
            return new AdaptiveSoftmaxHkr(5, 2, 3, ClassPriors.of(0.7, 0.1, 0.2));
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class OneVsAll extends Multiclass {
        @Override
        Loss loss() {
            return new OneVsAllHkr(5, 0.1);
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class OneVsAllWithPriors extends Multiclass {
        @Override
        Loss loss() {
            return new OneVsAllHkr(5, 0.5).withPriors(ClassPriors.of(0.7, 0.1, 0.2));
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class OneVsAllHingeAlone extends Multiclass {
        @Override
        Loss loss() {
            return new OneVsAllHkr(Double.POSITIVE_INFINITY, 0.5);
        }
    }

    @Nested
    class Deel extends Multiclass {
        @Override
        Loss loss() {
            return new DeelMulticlassHkr(5, 0.5);
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class DeelHingeAlone extends Multiclass {
        @Override
        Loss loss() {
            return new DeelMulticlassHkr(Double.POSITIVE_INFINITY, 0.5);
        }
    }

    @Nested
    class AutoMarginPerClass extends Multiclass {
        @Override
        Loss loss() {
            return new AutoMarginOneVsAll(AutoMargin.of(0.1).withStart(0.5), 3);
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class AutoMarginPerClassWithPriors extends Multiclass {
        @Override
        Loss loss() {
            return new AutoMarginOneVsAll(AutoMargin.of(0.1).withStart(0.5), 3, ClassPriors.of(0.7, 0.1, 0.2));
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class SoftHinge extends Multiclass {
        @Override
        Loss loss() {
            return new SoftHingeHkr(AutoMargin.of(0.2).withStart(0.5), 3);
        }

        @Override
        boolean isSampleWise() {
            return false;
        }
    }

    @Nested
    class SoftHingeBySample extends Multiclass {
        @Override
        Loss loss() {
            return new SoftHingeHkr(AutoMargin.of(0.2).withStart(0.5), 3, 5, RivalTransport.SOFTMAX);
        }
    }

    @Nested
    class SoftHingeAlone extends Multiclass {
        @Override
        Loss loss() {
            return new SoftHingeHkr(AutoMargin.of(0.2).withLambda(Double.POSITIVE_INFINITY), 3);
        }
    }
}
