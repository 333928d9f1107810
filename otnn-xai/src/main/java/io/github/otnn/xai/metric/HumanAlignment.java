package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.xai.statistics.Correlation;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether maps look where people look. Higher is better.
 *
 * <pre>
 * alignment   rank correlation of the map and the human map / ceiling
 * Dice        2 |A and B| / (|A| + |B|),   IoU = |A and B| / |A or B|
 * A, B        pixels above the 90 % quantile of either map, linearly interpolated
 * </pre>
 *
 * The ceiling is how well people agree with each other: 0.65753 for ClickMe. Human maps come in the size of the maps and
 * blurred, as {@link ClickMeMaps} does it; model maps are not blurred. A constant map has no ranks: 0 stands for the correlation, and the sample is
 * counted as undefined.
 *
 * @see <a href="https://arxiv.org/abs/2211.04533">Fel, Felipe, Linsley, Serre 2022</a>
 */
public record HumanAlignment(double ceiling) {
    private static final double TOP = 0.9;

    /** Checks the setting. */
    public HumanAlignment {
        if (!(ceiling > 0 && ceiling <= 1)) {
            throw new IllegalArgumentException("HumanAlignment: ceiling must be above 0 and at most 1, got " + ceiling);
        }
    }

    /** The ceiling of ClickMe. */
    public static HumanAlignment clickMe() {
        return new HumanAlignment(0.65753);
    }

    /** Three views on the same maps. */
    public record Agreement(MetricResult alignment, MetricResult dice, MetricResult intersectionOverUnion) {
        /** A line for each. */
        public String describe() {
            return String.join(
                    System.lineSeparator(), alignment.describe(), dice.describe(), intersectionOverUnion.describe());
        }
    }

    /**
     * Compares maps with human maps.
     *
     * @param maps {@code [samples, height, width]}, finite. Not modified.
     * @param humanMaps the same shape. Not modified.
     * @throws ShapeMismatchException if shapes differ
     */
    public Agreement evaluate(INDArray maps, INDArray humanMaps) {
        if (!Arrays.equals(maps.shape(), humanMaps.shape())) {
            throw new ShapeMismatchException(
                    "human maps", Arrays.toString(maps.shape()), Arrays.toString(humanMaps.shape()));
        }
        GivenMaps model = GivenMaps.of(maps);
        GivenMaps human = GivenMaps.of(humanMaps);
        double[] alignment = new double[model.samples()];
        double[] dice = new double[alignment.length];
        double[] iou = new double[alignment.length];
        int undefined = 0;
        for (int i = 0; i < alignment.length; i++) {
            double rho = Correlation.SPEARMAN.between(model.of(i), human.of(i));
            undefined += Double.isNaN(rho) ? 1 : 0;
            alignment[i] = Double.isNaN(rho) ? 0 : rho / ceiling;
            overlap(model.of(i), human.of(i), i, dice, iou);
        }
        int constant = Math.max(model.constant(), human.constant());
        return new Agreement(
                result("human alignment", "share of the human ceiling", alignment, undefined, constant),
                result("Dice", "share", dice, 0, constant),
                result("intersection over union", "share", iou, 0, constant));
    }

    private MetricResult result(String metric, String unit, double[] values, int undefined, int constant) {
        MetricResult.Metadata about = new MetricResult.Metadata(metric, unit, Direction.HIGHER, describe());
        return MetricResult.of(about, values, 0, 0, undefined, 0, constant);
    }

    private static void overlap(double[] model, double[] human, int sample, double[] dice, double[] iou) {
        double modelLimit = quantile(model);
        double humanLimit = quantile(human);
        int both = 0;
        int sum = 0;
        for (int p = 0; p < model.length; p++) {
            boolean a = model[p] > modelLimit;
            boolean b = human[p] > humanLimit;
            both += a && b ? 1 : 0;
            sum += (a ? 1 : 0) + (b ? 1 : 0);
        }
        // both sets are empty where both maps have no pixel above their quantile
        dice[sample] = sum == 0 ? Double.NaN : 2.0 * both / sum;
        iou[sample] = sum == 0 ? Double.NaN : (double) both / (sum - both);
    }

    private static double quantile(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = TOP * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** Settings in one line, for reports. */
    public String describe() {
        return String.format(Locale.ROOT, "ceiling %s, top 10 %%", ceiling);
    }
}
