package io.github.otnn.xai.attack;

import io.github.otnn.xai.Distribution;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Certified radii beside the nearest points that attacks have found. The arrays belong to the receiver.
 *
 * @param radii {@code [samples]}, as claimed
 * @param minimumDistances {@code [samples]}, of the nearest point that any attack has found; infinite where none has
 * @param bestAttacks {@code [samples]}, place of the attack that found it in {@code results}, the first among equals; -1 where
 *     none has
 * @param results one for each attack
 * @param cosines {@code [attacks][attacks]}, mean cosine of the perturbations of two attacks, over the samples for which both
 *     found one; NaN where there is no such sample
 */
public record CertificateReport(
        double[] radii, double[] minimumDistances, int[] bestAttacks, List<AttackResult> results, double[][] cosines) {
    private static final double SLACK = 1e-4;

    static CertificateReport of(INDArray inputs, double[] radii, List<AttackResult> results) {
        double[] minimum = new double[radii.length];
        int[] best = new int[radii.length];
        for (int i = 0; i < radii.length; i++) {
            minimum[i] = Double.POSITIVE_INFINITY;
            best[i] = -1;
            for (int a = 0; a < results.size(); a++) {
                if (results.get(a).distances()[i] < minimum[i]) {
                    minimum[i] = results.get(a).distances()[i];
                    best[i] = a;
                }
            }
        }
        return new CertificateReport(
                radii, minimum, best, List.copyOf(results), PerturbationCosines.of(inputs, results));
    }

    /**
     * How one attack did against the others, over the samples with a radius above 0.
     *
     * @param name of the attack
     * @param foundShare share of the samples for which it found anything
     * @param bestShare share for which nothing nearer was found, the first attack counting among equals
     * @param meanShareOfBest mean of nearest distance over own distance, 0 where it found nothing
     * @param medianDistance of its points, infinite if half the samples have none
     * @param gradientEvaluations forward and backward passes, all samples
     * @param valueEvaluations further forward passes, all samples
     */
    public record Standing(
            String name,
            double foundShare,
            double bestShare,
            double meanShareOfBest,
            double medianDistance,
            long gradientEvaluations,
            long valueEvaluations) {}

    /** Number of samples. */
    public int samples() {
        return radii.length;
    }

    /** Samples with a radius above 0, which claim something. */
    public int[] certified() {
        return IntStream.range(0, samples()).filter(i -> radii[i] > 0).toArray();
    }

    /** Samples with a radius of 0 or less: counted, and left out of all figures. */
    public int excludedCount() {
        return samples() - certified().length;
    }

    /** Certified samples for which no attack has found anything. */
    public int notFoundCount() {
        return (int) Arrays.stream(certified())
                .filter(i -> minimumDistances[i] == Double.POSITIVE_INFINITY)
                .count();
    }

    /**
     * Samples whose certificate is proven wrong: {@code distance < radius - 1e-4 (1 + radius)}. There must be none. The slack
     * is for radii that ignore rounding.
     */
    public int[] violations() {
        return Arrays.stream(certified())
                .filter(i -> minimumDistances[i] < radii[i] - SLACK * (1 + radii[i]))
                .toArray();
    }

    /** The same without slack, for radii that allow for rounding: {@code distance < radius}. */
    public int[] strictViolations() {
        return Arrays.stream(certified())
                .filter(i -> minimumDistances[i] < radii[i])
                .toArray();
    }

    /** Radius over nearest distance, of the certified samples for which something was found; empty if there are none. */
    public Optional<Distribution> tightness() {
        double[] shares = Arrays.stream(certified())
                .filter(i -> minimumDistances[i] < Double.POSITIVE_INFINITY)
                .mapToDouble(i -> minimumDistances[i] == 0 ? Double.POSITIVE_INFINITY : radii[i] / minimumDistances[i])
                .toArray();
        return shares.length == 0 ? Optional.empty() : Optional.of(Distribution.of(shares));
    }

    /** Attacks, the strongest first: by the mean of nearest distance over own distance, 1 where an attack is always the best. */
    public List<Standing> ranking() {
        return IntStream.range(0, results.size())
                .mapToObj(this::standing)
                .sorted(Comparator.comparingDouble(standing -> -standing.meanShareOfBest()))
                .toList();
    }

    /** Gradients spent by all attacks. */
    public long totalGradientEvaluations() {
        return results.stream()
                .mapToLong(AttackResult::totalGradientEvaluations)
                .sum();
    }

    /** Evaluations without a gradient spent by all attacks. */
    public long totalValueEvaluations() {
        return results.stream().mapToLong(AttackResult::totalValueEvaluations).sum();
    }

    /** The report as a table. */
    public String describe() {
        return new CertificateTable(this).text();
    }

    private Standing standing(int attack) {
        AttackResult result = results.get(attack);
        int[] certified = certified();
        int found = 0;
        int best = 0;
        double shares = 0;
        double[] distances = new double[certified.length];
        for (int n = 0; n < certified.length; n++) {
            int i = certified[n];
            distances[n] = result.distances()[i];
            if (result.found(i)) {
                found++;
                best += bestAttacks[i] == attack ? 1 : 0;
                shares += distances[n] == 0 ? 1 : minimumDistances[i] / distances[n];
            }
        }
        Arrays.sort(distances);
        int count = Math.max(1, certified.length);
        return new Standing(
                result.name(),
                (double) found / count,
                (double) best / count,
                shares / count,
                certified.length == 0 ? Double.POSITIVE_INFINITY : distances[certified.length / 2],
                result.totalGradientEvaluations(),
                result.totalValueEvaluations());
    }
}
