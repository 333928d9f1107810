package io.github.otnn.examples.bench;

/** What one measured operation does. */
interface Work extends AutoCloseable {
    /** Work that lets go of something at the end. */
    static Work of(Runnable run, Runnable close) {
        return new Work() {
            @Override
            public void run() {
                run.run();
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    /** Does it once. */
    void run();

    /** Lets go of threads, if there are any. */
    @Override
    default void close() {}
}
