package io.github.otnn.core.linalg;

/**
 * Kernel {@code [outer taps, inner taps, in, out]} in C order, scaled so that squares neither overflow nor underflow.
 *
 * @param values not modified by anyone
 */
record ScaledKernel(double[] values, int outerTaps, int innerTaps, int in, int out) {

    /** The same with its two axes exchanged. */
    ScaledKernel transposed() {
        double[] turned = new double[values.length];
        int block = in * out;
        for (int a = 0; a < outerTaps; a++) {
            for (int b = 0; b < innerTaps; b++) {
                System.arraycopy(values, (a * innerTaps + b) * block, turned, (b * outerTaps + a) * block, block);
            }
        }
        return new ScaledKernel(turned, innerTaps, outerTaps, in, out);
    }

    /**
     * Bound of what rounding changes, in spectral norm, in a Gram matrix of the convolution or of its transform.
     *
     * @param summed length of the dot products in it
     * @param overlap number such that the operator made of all |entries| has norm at most sqrt(overlap) |K|_F: taps of the
     *     axes that are transformed times most uses of those that are written out
     */
    double gramError(int summed, int overlap) {
        // Sines of rounded angles are off by at most 24 u, sums over the taps of each axis and over the summed channels
        // by
        // their length each, complex numbers double that. All relative to the sums of absolute values, whose operator
        // has the
        // square of the norm sqrt(overlap) |K|_F.
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return 4 * SpectralBound.UNIT * (summed + 2.0 * outerTaps * innerTaps + 64) * overlap * squares;
    }
}
