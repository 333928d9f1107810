package io.github.otnn.loss;

/**
 * How the two classes share the KR term of a binary loss. Where both are equally frequent the second choice is half the first,
 * so that it acts as twice the lambda.
 */
public enum KrWeighting {
    /**
     * {@code KR = E+[f] - E-[f]}: each class has its own mean, so a rare class weighs as much as a frequent one.
     *
     * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Eq. 1
     */
    CLASS_CONDITIONAL,

    /**
     * {@code KR = mean(y f) = p E+[f] - (1 - p) E-[f]}, p the share of positives in the batch: every sample weighs the same, so
     * the loss is a mean over samples.
     *
     * @see <a href="https://arxiv.org/abs/2104.05097">B&eacute;thune et al. 2022</a>
     */
    PRIOR_WEIGHTED
}
