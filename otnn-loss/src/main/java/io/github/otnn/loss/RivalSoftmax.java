package io.github.otnn.loss;

/** Softmax over the classes other than the true one. */
final class RivalSoftmax {
    private RivalSoftmax() {}

    /**
     * Writes {@code sigma_k = exp(T f_k) / sum over j != y of exp(T f_j)}, and 0 for the true class y.
     *
     * @param logits of one sample, two classes or more
     * @param into weights that sum to 1; overwritten
     */
    static void write(double[] logits, int label, double temperature, double[] into) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < logits.length; k++) {
            if (k != label) {
                largest = Math.max(largest, logits[k]);
            }
        }
        double sum = 0;
        for (int k = 0; k < logits.length; k++) {
            // differences first: T f itself may overflow
            into[k] = k == label ? 0 : Math.exp(temperature * (logits[k] - largest));
            sum += into[k];
        }
        for (int k = 0; k < logits.length; k++) {
            into[k] /= sum;
        }
    }
}
