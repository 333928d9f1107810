package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.statistics.RankOrder;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether maps point where something is known to be: an object, or a block that cannot matter.
 *
 * <pre>
 * POINTING_GAME    1 if the largest pixel lies inside the region, else 0
 * RELEVANCE_MASS   sum inside / sum
 * RELEVANCE_RANK   share of the first k pixels that lie inside, k the number of pixels of the region
 * TOP_SHARE        share of the first k pixels that lie inside, k = round(share pixels), at least 1
 * </pre>
 *
 * All of sizes: signs are dropped first. Of equal pixels the lower index comes first; samples with a tie are counted where there is an
 * order. A map of zeros has no mass: NaN. A random map has as value the region's share of the image, but for the pointing game's
 * single draw. Immutable, thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/1608.00507">Zhang, Lin, Brandt, Shen, Sclaroff 2016</a> (pointing game)
 * @see <a href="https://arxiv.org/abs/2003.07258">Arras, Osman, Samek 2020</a> (mass and rank)
 * @see <a href="https://arxiv.org/abs/2102.12781">Shah, Jain, Netrapalli 2021</a> (share in a null block)
 */
public final class Localisation implements MapMetric {
    private final Rule rule;
    private final double share;
    private final Direction direction;
    private final double[] regions;
    private final long[] shape;

    /** What is counted. */
    private enum Rule {
        POINTING_GAME,
        RELEVANCE_MASS,
        RELEVANCE_RANK,
        TOP_SHARE
    }

    private Localisation(Rule rule, double share, Direction direction, INDArray regions) {
        if (rule == Rule.TOP_SHARE && !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("Localisation: k must be a share above 0 and at most 1, got " + share);
        }
        this.rule = rule;
        this.share = share;
        this.direction = direction;
        this.regions = Tensors.toDoubles(regions);
        this.shape = regions.shape().clone();
        int pixels = shape.length == 0 ? 1 : Math.toIntExact(this.regions.length / Math.max(1, shape[0]));
        for (int first = 0; first < this.regions.length; first += pixels) {
            requireRegion(first, pixels);
        }
    }

    private void requireRegion(int first, int pixels) {
        double inside = 0;
        for (int p = first; p < first + pixels; p++) {
            if (regions[p] != 0 && regions[p] != 1) {
                throw new IllegalArgumentException("regions: expected 1 (inside) and 0 (outside), got " + regions[p]
                        + " at " + Tensors.describeIndex(p, shape));
            }
            inside += regions[p];
        }
        if (inside == 0) {
            throw new IllegalArgumentException("regions: sample " + first / pixels + " has no pixel inside");
        }
    }

    /**
     * Whether the largest pixel lies inside.
     *
     * @param regions shape of the maps, 1 inside and 0 outside, at least one pixel inside each. Copied.
     */
    public static Localisation pointingGame(INDArray regions) {
        return new Localisation(Rule.POINTING_GAME, 1, Direction.HIGHER, regions);
    }

    /** Share of a map's mass inside; see {@link #pointingGame} for the regions. */
    public static Localisation relevanceMass(INDArray regions) {
        return new Localisation(Rule.RELEVANCE_MASS, 1, Direction.HIGHER, regions);
    }

    /** Share of as many first pixels as the region has that lie inside; see {@link #pointingGame} for the regions. */
    public static Localisation relevanceRank(INDArray regions) {
        return new Localisation(Rule.RELEVANCE_RANK, 1, Direction.HIGHER, regions);
    }

    /**
     * Share of the first pixels that lie inside an object.
     *
     * @param share of the pixels that count as first, above 0 and at most 1
     * @param regions see {@link #pointingGame}
     */
    public static Localisation topShareInside(double share, INDArray regions) {
        return new Localisation(Rule.TOP_SHARE, share, Direction.HIGHER, regions);
    }

    /**
     * Share of the first pixels that lie in a block that has nothing to do with the label; lower is better.
     *
     * @param share of the pixels that count as first, above 0 and at most 1
     * @param nullBlocks see {@link #pointingGame}
     */
    public static Localisation nullBlockShare(double share, INDArray nullBlocks) {
        return new Localisation(Rule.TOP_SHARE, share, Direction.LOWER, nullBlocks);
    }

    @Override
    public MetricResult evaluate(INDArray maps) {
        GivenMaps given = GivenMaps.of(maps);
        if (!Arrays.equals(shape, maps.shape())) {
            throw new ShapeMismatchException(
                    "maps", Arrays.toString(shape) + " as the regions", Arrays.toString(maps.shape()));
        }
        double[] values = new double[given.samples()];
        int pixels = given.grid().count();
        int tied = 0;
        for (int i = 0; i < values.length; i++) {
            double[] sizes = Arrays.stream(given.of(i)).map(Math::abs).toArray();
            double[] region = Arrays.copyOfRange(regions, i * pixels, (i + 1) * pixels);
            if (rule == Rule.RELEVANCE_MASS) {
                values[i] = mass(sizes, region);
                continue;
            }
            int[] order = RankOrder.descending(sizes);
            values[i] = shareOfFirst(count(region), order, region);
            tied += RankOrder.tieShare(sizes, order) > 0 ? 1 : 0;
        }
        MetricResult.Metadata about = new MetricResult.Metadata(
                rule.name().toLowerCase(Locale.ROOT).replace('_', ' '), "share inside", direction, describe());
        return MetricResult.of(about, values, 0, 0, 0, tied, given.constant());
    }

    private int count(double[] region) {
        return switch (rule) {
            case RELEVANCE_RANK -> (int) Arrays.stream(region).sum();
            case TOP_SHARE -> Math.max(1, (int) Math.round(share * region.length));
            default -> 1;
        };
    }

    private static double shareOfFirst(int count, int[] order, double[] region) {
        double inside = 0;
        for (int k = 0; k < count; k++) {
            inside += region[order[k]];
        }
        return inside / count;
    }

    private static double mass(double[] sizes, double[] region) {
        double inside = 0;
        double sum = 0;
        for (int p = 0; p < sizes.length; p++) {
            inside += sizes[p] * region[p];
            sum += sizes[p];
        }
        return inside / sum;
    }

    @Override
    public String describe() {
        String name = rule.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return rule == Rule.TOP_SHARE ? name + ", first " + 100 * share + " % of the pixels" : name;
    }
}
