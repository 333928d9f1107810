package io.github.otnn.xai;

import java.util.List;

/**
 * What is explained: one number for each sample, taken from its logits.
 *
 * <pre>
 * logit    f_k                     target k, one for all samples or one for each
 * binary   f                       the only logit of a two-class function
 * signed   y f                     positive where the label y is predicted
 * margin   f_k - max_{j != k} f_j  positive where k is predicted; its rival is the runner-up, or the winner
 * pair     f_k - f_r               positive where k is ahead of its rival r
 * softmax  e^f_k / sum_j e^f_j     a probability of several classes
 * sigmoid  1 / (1 + e^-f)          a probability of one logit
 * weighted sum_j w_j s_j           several of them at once
 * </pre>
 *
 * Logits of a 1-Lipschitz function are distances in input units; a softmax of them is nearly flat and hides that: explain the
 * logit or the margin, and keep probabilities for comparisons with other networks. Own scores implement this interface.
 * Implementations are immutable and thread-safe.
 */
public interface Score {
    /**
     * Score of one sample and its gradient with respect to the logits.
     *
     * @param sample index in the whole input, not in the batch being computed, so that results do not depend on batches
     * @param logits {@code [outputs]}. Not modified.
     * @param gradient {@code [outputs]}, zeros. Modified: receives d score / d logits.
     */
    double evaluate(int sample, double[] logits, double[] gradient);

    /**
     * Checks that the score makes sense for a function and its input.
     *
     * @param samples in the whole input
     * @param outputs logits per sample
     * @throws IllegalArgumentException if a target is outside the outputs, or targets and samples differ in number
     */
    void requireFits(int samples, int outputs);

    /** Whether values are probabilities, from 0 to 1 by definition; metrics that compare shares ask for it. */
    default boolean isProbability() {
        return false;
    }

    /** Name and targets in one line, for reports. */
    String describe();

    /** The only logit; for functions with one output. */
    static Score binary() {
        return new BinaryScore();
    }

    /** Logit of one class for all samples. */
    static Score logit(int target) {
        return new LogitScore(TargetClasses.same(target));
    }

    /** Logit of a class for each sample. */
    static Score logit(int[] targets) {
        return new LogitScore(TargetClasses.each(targets));
    }

    /** Lead of one class over the best other one; among equal rivals the lowest index counts. */
    static Score margin(int target) {
        return new MarginScore(TargetClasses.same(target));
    }

    /** Lead of each sample's class over the best other one. */
    static Score margin(int[] targets) {
        return new MarginScore(TargetClasses.each(targets));
    }

    /** Lead of one class over one rival. */
    static Score pair(int target, int rival) {
        return new PairScore(TargetClasses.same(target), TargetClasses.same(rival));
    }

    /** Lead of each sample's class over that sample's rival. */
    static Score pair(int[] targets, int[] rivals) {
        return new PairScore(TargetClasses.each(targets), TargetClasses.each(rivals));
    }

    /**
     * The only logit, times each sample's label.
     *
     * @param labels 1 or -1 (0 reads as -1), one for each sample
     */
    static Score signed(int[] labels) {
        return new SignedScore(labels);
    }

    /**
     * Sum of scores with weights: each weight times its own term, so that the order of the terms does not matter but for rounding.
     *
     * @param weights finite, one for each term; negative ones count against. Copied.
     * @param terms at least one
     */
    static Score weighted(double[] weights, Score... terms) {
        return new WeightedScore(weights, List.of(terms));
    }

    /** Probability of one class for all samples. */
    static Score softmax(int target) {
        return new SoftmaxScore(TargetClasses.same(target));
    }

    /** Probability of each sample's class. */
    static Score softmax(int[] targets) {
        return new SoftmaxScore(TargetClasses.each(targets));
    }

    /** Probability of the positive class of a function with one output. */
    static Score sigmoid() {
        return new SigmoidScore(binary());
    }

    /** Probability of one label, for functions whose logits are labels that do not exclude each other. */
    static Score sigmoid(int target) {
        return new SigmoidScore(logit(target));
    }

    /** Probability of a label for each sample. */
    static Score sigmoid(int[] targets) {
        return new SigmoidScore(logit(targets));
    }
}
