package io.github.otnn.xai.attack;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The directions of {@link RandomDirections}. */
final class RandomDirectionsSearch implements Search {
    /** A direction has to beat the best one by this much to be worth a bisection. */
    private static final double BETTER = 0.999;

    /** Without any success yet, lengths spread, up to this many halvings and doublings. */
    private static final int DOUBLINGS = 12;

    private static final double SPREAD = 0.1;

    private final AttackedSample sample;
    private final RandomDirections settings;
    private final SplittableRandom random;
    private final double[] direction;
    private double length;
    private int tried = -1;
    private @Nullable Line line;

    RandomDirectionsSearch(AttackedSample sample, RandomDirections settings) {
        this.sample = sample;
        this.settings = settings;
        this.random = sample.random(0);
        this.direction = new double[sample.length()];
    }

    @Override
    public Wish wish() {
        return line == null && tried >= settings.directions() ? Wish.NOTHING : Wish.VALUE;
    }

    @Override
    public void place(double[] point) {
        if (line == null) {
            Vectors.move(sample.values(), length, direction, point);
        } else {
            line.place(point);
        }
    }

    @Override
    public void see(Sight sight) {
        if (line != null) {
            line.see(sight);
        } else if (sight.flipped()) {
            line = new Line(sample, direction, Ray.below(length, settings.bisections()));
        }
        if (line == null || line.wish() == Wish.NOTHING) {
            line = null;
            tried++;
            Vectors.randomDirection(random, direction);
            length = sample.found() ? BETTER * sample.bestDistance() : blindLength();
        }
    }

    private double blindLength() {
        double widest = Math.min(DOUBLINGS, 1 + SPREAD * tried);
        return Math.min(sample.reach(), sample.scale() * Math.pow(2, widest * random.nextDouble(-1, 1)));
    }
}
