package io.github.otnn.core.linalg;

import java.util.List;

/**
 * What one step does to each singular value s.
 *
 * <pre>s = one s + cube s^3 + fifth s^5</pre>
 *
 * @param one factor of s
 * @param cube factor of s^3
 * @param fifth factor of s^5, 0 for Björck's step
 */
record StepPolynomial(double one, double cube, double fifth) {
    /** Björck's step with beta 1/2: maps (0, sqrt 3) to (0, 1]. */
    static final StepPolynomial CUBIC = new StepPolynomial(1.5, -0.5, 0);

    /**
     * Four quintic steps that together map [0.02, 1] to [0.982, 0.999] and multiply smaller values by about 85, where four
     * cubic ones multiply by 5. Small values see 3.5^3 * 2.
     */
    static final List<StepPolynomial> QUINTIC_ROUND = List.of(
            new StepPolynomial(3.5, -8124.0 / 1024, 5372.0 / 1024),
            new StepPolynomial(3.5, -9360.0 / 1024, 7130.0 / 1024),
            new StepPolynomial(3.5, -7340.0 / 1024, 5451.0 / 1024),
            new StepPolynomial(2, -2713.0 / 1792, 917.0 / 1792));
}
