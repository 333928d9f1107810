package io.github.otnn.xai.attack;

import org.jspecify.annotations.Nullable;

/** Follows the gradient at the sample in a straight line. */
final class RaySearch implements Search {
    private final AttackedSample sample;
    private final RivalScan scan;
    private final int bisections;
    private @Nullable Line line;

    RaySearch(AttackedSample sample, int candidates, int bisections) {
        this.sample = sample;
        this.scan = new RivalScan(sample, candidates);
        this.bisections = bisections;
    }

    @Override
    public Wish wish() {
        return line == null ? Wish.GRADIENT : line.wish();
    }

    @Override
    public void place(double[] point) {
        if (line == null) {
            System.arraycopy(sample.values(), 0, point, 0, point.length);
        } else {
            line.place(point);
        }
    }

    @Override
    public int rival(double[] logits, int label) {
        return line == null ? scan.rival(logits) : Decision.rival(logits, label);
    }

    @Override
    public void see(Sight sight) {
        if (line != null) {
            line.see(sight);
        } else if (scan.complete(sight)) {
            double[] direction = new double[sample.length()];
            Vectors.descent(scan.gradient(), sample.random(0), direction);
            double closed = sample.estimate(scan.distance(), 1);
            line = new Line(sample, direction, new Ray(closed, sample.reach(), bisections));
        }
    }
}
