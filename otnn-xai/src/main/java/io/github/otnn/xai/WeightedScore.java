package io.github.otnn.xai;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** sum_j w_j s_j. */
record WeightedScore(double[] weights, List<Score> terms) implements Score {
    WeightedScore {
        if (terms.isEmpty() || weights.length != terms.size()) {
            throw new IllegalArgumentException("weighted score: expected a weight for each of at least one term, got "
                    + weights.length + " weights and " + terms.size() + " terms");
        }
        for (double weight : weights) {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "weighted score: expected finite weights, got " + Arrays.toString(weights));
            }
        }
        weights = weights.clone();
        terms = List.copyOf(terms);
    }

    @Override
    public double evaluate(int sample, double[] logits, double[] gradient) {
        double sum = 0;
        double[] own = new double[gradient.length];
        for (int j = 0; j < weights.length; j++) {
            Arrays.fill(own, 0);
            sum += weights[j] * terms.get(j).evaluate(sample, logits, own);
            for (int k = 0; k < own.length; k++) {
                gradient[k] += weights[j] * own[k];
            }
        }
        return sum;
    }

    @Override
    public void requireFits(int samples, int outputs) {
        terms.forEach(term -> term.requireFits(samples, outputs));
    }

    @Override
    public String describe() {
        StringJoiner text = new StringJoiner(" + ");
        for (int j = 0; j < weights.length; j++) {
            text.add(weights[j] + " (" + terms.get(j).describe() + ")");
        }
        return text.toString();
    }
}
