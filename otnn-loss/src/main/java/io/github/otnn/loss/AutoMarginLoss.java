package io.github.otnn.loss;

import io.github.otnn.core.train.LearnableScalar;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A loss whose margins are learned: its {@link #scalars() scalars}, in the order of every array here. Evaluation leaves them
 * alone; the trainer moves them after each step.
 */
public interface AutoMarginLoss extends NamedLoss {
    /** How the margins are learned. */
    AutoMargin autoMargin();

    /**
     * Share of the samples of the last evaluated batch inside each margin; NaN for a margin that has met no sample. With
     * several workers the batch is the last shard of any of them.
     */
    double[] fractionInside();

    /**
     * Share of these samples inside each present margin, y f &lt; m, weighted where the loss is; NaN for a margin without
     * samples. Arguments and errors as in {@link #evaluate}.
     */
    double[] fractionInside(INDArray logits, INDArray labels);

    /**
     * One sentence for each margin that its floor holds up: too many samples are misclassified for a positive margin to leave
     * only the wanted share inside. Empty if all is well.
     */
    default List<String> floorWarnings() {
        List<String> warnings = new ArrayList<>();
        for (LearnableScalar margin : scalars()) {
            if (margin.atFloor()) {
                warnings.add(floorWarning(margin));
            }
        }
        return warnings;
    }

    private String floorWarning(LearnableScalar margin) {
        return margin.name() + " sits at its floor " + margin.floor() + ": more than the share "
                + autoMargin().hingeProportion()
                + " of its samples is inside even there; train longer or raise hingeProportion";
    }
}
