package io.github.otnn.examples.bench;

/** What one measured operation does. */
interface Work extends AutoCloseable {
    /** Does it once. */
    void run();

    /** Lets go of threads, if there are any. */
    @Override
    default void close() {}
}
