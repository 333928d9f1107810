package io.github.otnn.loss;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Every loss by name, for command lines and files, with settings to start from.
 *
 * <p>The defaults suit 1-Lipschitz networks on images with pixels in [0, 1], where classes lie a few tenths apart in L2, and
 * about ten classes. Thread-safe.
 */
public enum LossCatalog {
    /** {@link BinaryHkr}. */
    BINARY_HKR("binary-hkr", Labels.SIGN, outputs -> new BinaryHkr(10, 0.25), BinaryHkr::read),
    /** {@link AutoMarginHkr}, one margin for both classes. */
    AUTO_MARGIN_HKR(
            "auto-margin-hkr",
            Labels.SIGN,
            outputs -> new AutoMarginHkr(AutoMargin.of(0.1), MarginSharing.SHARED),
            AutoMarginHkr::read),
    /** {@link SoftmaxHkr}. */
    SOFTMAX_HKR("softmax-hkr", Labels.CLASS, outputs -> new SoftmaxHkr(49, 0.25, 10), SoftmaxHkr::read),
    /** {@link AdaptiveSoftmaxHkr}. */
    ADAPTIVE_SOFTMAX_HKR(
            "adaptive-softmax-hkr",
            Labels.CLASS,
            outputs -> new AdaptiveSoftmaxHkr(49, 0.25, 10),
            AdaptiveSoftmaxHkr::read),
    /** {@link OneVsAllHkr}. */
    ONE_VS_ALL_HKR("one-vs-all-hkr", Labels.CLASS, outputs -> new OneVsAllHkr(49, 0.25), OneVsAllHkr::read),
    /** {@link DeelMulticlassHkr}. */
    DEEL_MULTICLASS_HKR(
            "deel-multiclass-hkr", Labels.CLASS, outputs -> new DeelMulticlassHkr(49, 0.25), DeelMulticlassHkr::read),
    /** {@link AutoMarginOneVsAll}. */
    AUTO_MARGIN_ONE_VS_ALL(
            "auto-margin-one-vs-all",
            Labels.CLASS,
            outputs -> new AutoMarginOneVsAll(AutoMargin.of(0.1), outputs),
            AutoMarginOneVsAll::read),
    /** {@link SoftHingeHkr}. */
    SOFT_HINGE_HKR(
            "soft-hinge-hkr",
            Labels.CLASS,
            // the best of five settings tried on Fashion-MNIST, 3 epochs: 84.6 %; lambda 10 and one-vs-all transport
            // gave 67.8 %
            outputs -> new SoftHingeHkr(AutoMargin.of(0.1).withLambda(50), outputs, 10, RivalTransport.SOFTMAX),
            SoftHingeHkr::read),
    /** {@link LseHkr}. */
    LSE_HKR("lse-hkr", Labels.CLASS, outputs -> new LseHkr(49, 0.25), LseHkr::read),
    /** {@link TauCrossEntropy} with temperature 1: plain cross-entropy, for unconstrained networks. */
    CROSS_ENTROPY("cross-entropy", Labels.CLASS, outputs -> new TauCrossEntropy(1), TauCrossEntropy::read),
    /** {@link TauCrossEntropy}. */
    TAU_CROSS_ENTROPY("tau-cross-entropy", Labels.CLASS, outputs -> new TauCrossEntropy(20), TauCrossEntropy::read),
    /** {@link CategoricalHinge}. */
    CATEGORICAL_HINGE("categorical-hinge", Labels.CLASS, outputs -> new CategoricalHinge(0.5), CategoricalHinge::read),
    /** {@link MultiMargin}. */
    MULTI_MARGIN("multi-margin", Labels.CLASS, outputs -> new MultiMargin(0.5), MultiMargin::read),
    /** {@link MultilabelHkr}. */
    MULTILABEL_HKR(
            "multilabel-hkr",
            Labels.SIGN_ROW,
            outputs -> new MultilabelHkr(new BinaryHkr(10, 0.25)),
            MultilabelHkr::read),
    /** {@link AutoMarginMultilabel}. */
    AUTO_MARGIN_MULTILABEL(
            "auto-margin-multilabel",
            Labels.SIGN_ROW,
            outputs -> new AutoMarginMultilabel(AutoMargin.of(0.1), outputs),
            AutoMarginMultilabel::read),
    /** {@link TauBinaryCrossEntropy}. */
    TAU_BINARY_CROSS_ENTROPY(
            "tau-binary-cross-entropy",
            Labels.SIGN_ROW,
            outputs -> new TauBinaryCrossEntropy(20),
            TauBinaryCrossEntropy::read);

    private final String title;
    private final Labels labels;
    private final IntFunction<NamedLoss> defaults;
    private final Function<LossSettings, NamedLoss> reader;

    LossCatalog(
            String title, Labels labels, IntFunction<NamedLoss> defaults, Function<LossSettings, NamedLoss> reader) {
        this.title = title;
        this.labels = labels;
        this.defaults = defaults;
        this.reader = reader;
    }

    /** What a loss compares the logits with. */
    public enum Labels {
        /** One sign per sample; logits {@code [batch, 1]}. */
        SIGN,
        /** One class per sample; logits {@code [batch, classes]}. */
        CLASS,
        /** A row of independent signs per sample; logits {@code [batch, labels]}. */
        SIGN_ROW
    }

    /**
     * The entry of this name.
     *
     * @param title such as {@code softmax-hkr}
     * @throws IllegalArgumentException listing all names, if there is none
     */
    public static LossCatalog named(String title) {
        return Arrays.stream(values())
                .filter(each -> each.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("loss '" + title + "' is unknown; expected one of "
                        + Arrays.stream(values()).map(LossCatalog::title).collect(Collectors.joining(", "))));
    }

    /** All losses for these labels. */
    public static List<LossCatalog> with(Labels labels) {
        return Arrays.stream(values()).filter(each -> each.labels == labels).toList();
    }

    /**
     * Makes the loss that was asked for its settings.
     *
     * @throws IllegalArgumentException if a setting is missing, unknown, not of its type or outside its range
     */
    public static NamedLoss read(LossSettings settings) {
        NamedLoss loss = named(settings.loss()).reader.apply(settings);
        Set<String> unknown = new TreeSet<>(settings.values().keySet());
        unknown.removeAll(loss.settings().values().keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("settings of " + settings.loss() + ": " + unknown
                    + " are unknown; expected " + loss.settings().values().keySet());
        }
        return loss;
    }

    /** Name for command lines and files. */
    public String title() {
        return title;
    }

    /** What the loss compares the logits with. */
    public Labels labels() {
        return labels;
    }

    /**
     * The loss with its default settings, newly made.
     *
     * @param outputs columns of the logits; 1 for a binary loss
     */
    public NamedLoss create(int outputs) {
        if (outputs < (labels == Labels.CLASS ? 2 : 1) || labels == Labels.SIGN && outputs != 1) {
            throw new IllegalArgumentException("loss '" + title + "': expected "
                    + (labels == Labels.SIGN
                            ? "1 output"
                            : labels == Labels.CLASS ? "2 or more classes" : "1 or more labels")
                    + ", got " + outputs);
        }
        return defaults.apply(outputs);
    }
}
