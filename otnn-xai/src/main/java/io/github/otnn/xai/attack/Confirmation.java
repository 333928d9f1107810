package io.github.otnn.xai.attack;

/**
 * Looks again at the nearest point found. Right at the boundary a function can decide otherwise in another batch, by rounding
 * alone; then the point moves on, by a millionth of its distance and more, until the decision holds.
 */
final class Confirmation implements Search {
    private static final double FIRST_PUSH = 1e-6;
    private static final int PUSHES = 10;

    private final AttackedSample sample;
    private final double[] point;
    private double push;
    private int pushes;
    private int prediction;
    private double margin;
    private boolean done;

    Confirmation(AttackedSample sample) {
        this.sample = sample;
        this.point = sample.values().clone();
    }

    /** The point as last evaluated. */
    double[] point() {
        return point;
    }

    int prediction() {
        return prediction;
    }

    double margin() {
        return margin;
    }

    @Override
    public Wish wish() {
        return done ? Wish.NOTHING : Wish.VALUE;
    }

    @Override
    public void place(double[] into) {
        double[] best = sample.best();
        double[] origin = sample.values();
        for (int p = 0; p < into.length; p++) {
            into[p] = best[p] + push * (best[p] - origin[p]);
        }
    }

    @Override
    public void see(Sight sight) {
        System.arraycopy(sight.point(), 0, point, 0, point.length);
        prediction = Decision.prediction(sight.logits());
        margin = sight.margin();
        if (sight.flipped() || !sample.found()) {
            done = true;
        } else if (pushes++ == PUSHES) {
            sample.forget();
            push = 0;
        } else {
            push = push == 0 ? FIRST_PUSH : 4 * push;
        }
    }
}
