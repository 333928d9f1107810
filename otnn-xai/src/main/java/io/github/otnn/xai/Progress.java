package io.github.otnn.xai;

/**
 * Told how far a long computation has come. Called on the thread that computes, after each batch of work, with numbers
 * that never fall; stops the computation by throwing, for example a {@link java.util.concurrent.CancellationException}.
 */
@FunctionalInterface
public interface Progress {
    /**
     * Work done so far.
     *
     * @param done samples evaluated, or another unit that the method names
     * @param total units of the whole, the same in every call of one computation
     */
    void advance(long done, long total);

    /** Tells nobody. */
    static Progress none() {
        return (done, total) -> {};
    }
}
