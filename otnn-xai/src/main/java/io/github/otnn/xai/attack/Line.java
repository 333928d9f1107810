package io.github.otnn.xai.attack;

/** Search along one direction from the sample. */
final class Line implements Search {
    private final AttackedSample sample;
    private final double[] direction;
    private final Ray ray;

    /**
     * Creates the search.
     *
     * @param direction of unit length; kept
     */
    Line(AttackedSample sample, double[] direction, Ray ray) {
        this.sample = sample;
        this.direction = direction;
        this.ray = ray;
    }

    /** Search between the sample and the nearest point found. */
    static Line towardsBest(AttackedSample sample, int bisections) {
        double[] direction = sample.best().clone();
        Vectors.add(-1, sample.values(), direction);
        Vectors.scale(1 / sample.bestDistance(), direction);
        return new Line(sample, direction, Ray.below(sample.bestDistance(), bisections));
    }

    @Override
    public Wish wish() {
        return ray.done() ? Wish.NOTHING : Wish.VALUE;
    }

    @Override
    public void place(double[] point) {
        Vectors.move(sample.values(), ray.length(), direction, point);
    }

    @Override
    public void see(Sight sight) {
        ray.see(sight.flipped());
    }
}
