package io.github.otnn.xai.attack;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.xai.Progress;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tries to prove certified radii wrong: runs attacks and holds the nearest point that any of them finds against the radius.
 *
 * <p>A sound certificate has no violation, whatever the attack. How close attacks come, the tightness, says how much of the
 * true distance the certificate claims; it is a lower bound, since attacks find upper bounds of that distance.
 *
 * @param attacks at least one
 */
public record CertificateCheck(List<Attack> attacks) {
    /** Checks that there is an attack. */
    public CertificateCheck {
        attacks = List.copyOf(attacks);
        if (attacks.isEmpty()) {
            throw new IllegalArgumentException("CertificateCheck: expected at least one attack, got none");
        }
    }

    /** One attack of each kind, with its usual effort: about 3000 gradients and 2500 evaluations for each sample. */
    public static CertificateCheck standard(AttackSettings settings) {
        return new CertificateCheck(List.of(
                new TransportRay(settings),
                new FastGradient(settings),
                new DeepFool(settings),
                new DecoupledNorm(settings),
                new FastMinimumNorm(settings),
                new ProjectedGradient(settings),
                new AutoProjectedGradient(settings),
                new CarliniWagner(settings),
                new RandomDirections(settings),
                new BoundaryWalk(settings)));
    }

    /**
     * Attacks all samples.
     *
     * @param inputs {@code [samples, ...]}, finite. Not modified.
     * @param predicted class that each radius speaks of, as the function decides; with one logit 1 or -1 (0 reads as -1)
     * @param radii certified L2 distance for each sample, in input units, not NaN. Samples with a radius of 0 or less claim
     *     nothing: they are counted and left out of the figures.
     * @param progress told how many samples are done, all attacks together
     * @throws ShapeMismatchException if the function cannot take this shape, or samples, classes and radii differ in number
     * @throws IllegalArgumentException if a value is NaN, a class does not exist, or an attack refuses
     */
    public CertificateReport run(
            Differentiable function, INDArray inputs, int[] predicted, double[] radii, Progress progress) {
        if (radii.length != predicted.length) {
            throw new ShapeMismatchException(
                    "CertificateCheck", predicted.length + " radii, one for each class", radii.length + " radii");
        }
        for (int i = 0; i < radii.length; i++) {
            if (Double.isNaN(radii[i])) {
                throw new IllegalArgumentException("CertificateCheck: radius of sample " + i + " is NaN");
            }
        }
        List<AttackResult> results = new ArrayList<>();
        for (Attack attack : attacks) {
            long before = (long) results.size() * predicted.length;
            long total = (long) attacks.size() * predicted.length;
            results.add(
                    attack.run(function, inputs, predicted, (done, samples) -> progress.advance(before + done, total)));
        }
        return CertificateReport.of(inputs, radii.clone(), results);
    }
}
