package io.github.otnn.xai.attack;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The rounds of {@link BoundaryWalk}. */
final class BoundaryWalkSearch implements Search {
    private static final int BISECTIONS = 15;
    private static final int HALVINGS = 12;

    /** Distance of neighbours, in distances of the sample: wide against the bisection, narrow against the boundary's bends. */
    private static final double NEARNESS = 0.02;

    private enum Phase {
        SAMPLE,
        START,
        BISECT,
        NEIGHBOUR,
        STEP,
        END
    }

    private final AttackedSample sample;
    private final BoundaryWalk settings;
    private final IntFunction<double[]> starts;
    private final SplittableRandom random;
    private final double[] direction;
    private final double[] signed;
    private final double[] unsigned;
    private Phase phase = Phase.SAMPLE;
    private @Nullable Line line;
    private int start;
    private int round;
    private int asked;
    private int across;
    private double length;
    private int halvings;

    BoundaryWalkSearch(AttackedSample sample, BoundaryWalk settings, IntFunction<double[]> starts) {
        this.sample = sample;
        this.settings = settings;
        this.starts = starts;
        this.random = sample.random(0);
        this.direction = new double[sample.length()];
        this.signed = new double[sample.length()];
        this.unsigned = new double[sample.length()];
    }

    @Override
    public Wish wish() {
        return phase == Phase.END ? Wish.NOTHING : Wish.VALUE;
    }

    @Override
    public void place(double[] point) {
        switch (phase) {
            case START -> System.arraycopy(starts.apply(start), 0, point, 0, point.length);
            case BISECT -> requireLine().place(point);
            case NEIGHBOUR -> Vectors.move(sample.best(), NEARNESS * sample.bestDistance(), direction, point);
            case STEP -> Vectors.move(sample.best(), length, direction, point);
            default -> System.arraycopy(sample.values(), 0, point, 0, point.length);
        }
    }

    @Override
    public void see(Sight sight) {
        switch (phase) {
            case SAMPLE -> phase = Phase.START;
            case START -> seeStart();
            case BISECT -> seeBisection(sight);
            case NEIGHBOUR -> seeNeighbour(sight);
            case STEP -> seeStep(sight);
            default -> throw new IllegalStateException("the search has ended");
        }
    }

    private void seeStart() {
        start++;
        // all samples of another label are looked at, noise only where none of them is decided differently
        if (sample.found() && start >= BoundaryWalk.starts() / 2) {
            bisect(Line.towardsBest(sample, BISECTIONS));
        } else if (start == BoundaryWalk.starts()) {
            phase = Phase.END;
        }
    }

    private void bisect(Line along) {
        line = along;
        phase = Phase.BISECT;
        if (along.wish() == Wish.NOTHING) {
            beginRound();
        }
    }

    private void seeBisection(Sight sight) {
        requireLine().see(sight);
        if (requireLine().wish() == Wish.NOTHING) {
            beginRound();
        }
    }

    private void beginRound() {
        if (round++ == settings.rounds()) {
            phase = Phase.END;
            return;
        }
        phase = Phase.NEIGHBOUR;
        asked = 0;
        across = 0;
        Arrays.fill(signed, 0);
        Arrays.fill(unsigned, 0);
        Vectors.randomDirection(random, direction);
    }

    private void seeNeighbour(Sight sight) {
        Vectors.add(sight.flipped() ? 1 : -1, direction, signed);
        Vectors.add(1, direction, unsigned);
        across += sight.flipped() ? 1 : 0;
        if (++asked < settings.neighbours()) {
            Vectors.randomDirection(random, direction);
        } else {
            estimateNormal();
        }
    }

    /** Mean of the neighbours across minus mean of the others, up to its length. */
    private void estimateNormal() {
        boolean oneSided = across == 0 || across == asked;
        Vectors.add(oneSided ? 0 : -(2.0 * across / asked - 1), unsigned, signed);
        Vectors.scale(-1, signed);
        Vectors.descent(signed, random, direction);
        length = sample.bestDistance() / Math.sqrt(round);
        halvings = 0;
        phase = Phase.STEP;
    }

    private void seeStep(Sight sight) {
        if (sight.flipped()) {
            double[] towards = sight.point().clone();
            Vectors.add(-1, sample.values(), towards);
            double distance = Vectors.norm(towards);
            Vectors.scale(1 / distance, towards);
            bisect(new Line(sample, towards, Ray.below(distance, BISECTIONS)));
        } else if (halvings++ == HALVINGS) {
            beginRound();
        } else {
            length /= 2;
        }
    }

    private Line requireLine() {
        if (line == null) {
            throw new IllegalStateException("no line to bisect");
        }
        return line;
    }
}
