package io.github.otnn.loss;

import static io.github.otnn.loss.Arrays2D.rows;
import static io.github.otnn.loss.Arrays2D.vector;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Six samples of three classes, small enough for a hand to recompute. */
final class AcceptanceData {
    /** Digits of the printed values. */
    static final double PRINTED = 5e-6;

    static final INDArray LABELS = vector(0, 0, 0, 1, 1, 2);
    static final INDArray LOGITS = rows(
            new double[] {2, .2, -.5},
            new double[] {-1, -1.2, .3},
            new double[] {.8, 2, 0},
            new double[] {0, 1, -.5},
            new double[] {2.4, -.4, -1.1},
            new double[] {-.1, -1.7, .6});

    private AcceptanceData() {}
}
