package io.github.otnn.xai.metric;

import io.github.otnn.xai.Progress;

/** Joins the progress of computations that follow each other: each counts as one equal part of the whole. */
final class Phases {
    private static final long PARTS = 1_000_000;

    private final int count;
    private final Progress progress;
    private int begun;

    Phases(int count, Progress progress) {
        this.count = count;
        this.progress = progress;
    }

    /** Listens to the next computation. */
    Progress next() {
        long before = begun++ * PARTS;
        return (done, total) -> progress.advance(before + (long) ((double) PARTS * done / total), count * PARTS);
    }
}
