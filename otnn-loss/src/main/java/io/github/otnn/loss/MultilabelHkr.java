package io.github.otnn.loss;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.train.LossResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * hKR of several independent labels: the mean of one {@link BinaryHkr} per label, each with its own margin and priors.
 *
 * <pre>L = (1 / labels) sum over l of BinaryHkr_l(f_l, y_l)</pre>
 * <ul>
 *   <li>logits f {@code [batch, labels]}, raw; labels y {@code [batch, labels]}, 1 or -1 (0 reads as -1). A single label also
 *       takes the forms of {@code BinaryHkr}.
 *   <li>A label with one sign only in the batch adds 0 for the other. Values per sample come where every head has them.
 * </ul>
 * Immutable, thread-safe; sums in float64.
 *
 * @param heads one per label, or a single one for all labels
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, the 22 attributes of CelebA
 */
public record MultilabelHkr(List<BinaryHkr> heads) implements NamedLoss {
    private static final String NAME = "MultilabelHkr";

    /** Checks the settings. */
    public MultilabelHkr {
        heads = List.copyOf(heads);
        if (heads.isEmpty()) {
            throw new IllegalArgumentException(NAME + ": expected one head per label or one for all, got none");
        }
    }

    /** The same settings for all labels, however many. */
    public MultilabelHkr(BinaryHkr head) {
        this(List.of(head));
    }

    @Override
    public LossResult evaluate(INDArray logits, INDArray labels) {
        LogitBatch batch = LogitBatch.readLabels(NAME, logits);
        int outputs = batch.outputs();
        if (heads.size() != 1 && heads.size() != outputs) {
            throw new ShapeMismatchException(
                    NAME, "logits [batch, " + heads.size() + "], one column per head", Arrays.toString(logits.shape()));
        }
        int[] signs = LabelReader.signs(NAME, labels, batch.samples(), outputs);
        BinaryHkr[] each = new BinaryHkr[outputs];
        Arrays.setAll(each, l -> heads.get(heads.size() == 1 ? 0 : l));
        return Columns.sum(batch, signs, each, 1.0 / outputs);
    }

    @Override
    public LossSettings settings() {
        LossSettings settings = LossSettings.of(LossCatalog.MULTILABEL_HKR).with("heads", heads.size());
        for (int l = 0; l < heads.size(); l++) {
            settings = heads.get(l).write(settings, l + ".");
        }
        return settings;
    }

    static MultilabelHkr read(LossSettings settings) {
        List<BinaryHkr> heads = new ArrayList<>();
        for (int l = 0; l < settings.count("heads"); l++) {
            heads.add(BinaryHkr.read(settings, l + "."));
        }
        return new MultilabelHkr(heads);
    }
}
