package io.github.otnn.xai.attack;

/** The searches for one sample in their order: the attack's own, a bisection towards the sample, a last look. */
final class Attempt {
    private final AttackedSample sample;
    private final int refinements;
    private final Confirmation confirmation;
    private Search current;
    private boolean refined;
    private Search.Wish wish = Search.Wish.NOTHING;

    /**
     * Begins.
     *
     * @param refinements evaluations of the bisection, 0 for none
     */
    Attempt(AttackedSample sample, Search search, int refinements) {
        this.sample = sample;
        this.refinements = refinements;
        this.confirmation = new Confirmation(sample);
        this.current = search;
        advance();
    }

    AttackedSample sample() {
        return sample;
    }

    Search search() {
        return current;
    }

    /** Result of the last look. */
    Confirmation confirmation() {
        return confirmation;
    }

    /** What is asked next; NOTHING at the very end. */
    Search.Wish wish() {
        return wish;
    }

    /** Passes on what was asked. */
    void see(Sight sight) {
        sample.count(wish);
        if (sight.flipped() && current != confirmation) {
            sample.keep(sight.point());
        }
        current.see(sight);
        advance();
    }

    private void advance() {
        while (current != confirmation && (sample.bestDistance() == 0 || current.wish() == Search.Wish.NOTHING)) {
            if (!refined && refinements > 0 && sample.found() && sample.bestDistance() > 0) {
                refined = true;
                current = Line.towardsBest(sample, refinements);
            } else {
                current = confirmation;
            }
        }
        wish = current.wish();
    }
}
