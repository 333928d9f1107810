package io.github.otnn.examples.bench;

import io.github.otnn.core.network.Workers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Workers together with the threads that they need. */
final class LentThreads implements AutoCloseable {
    private final ExecutorService executor;
    private final Workers workers;

    LentThreads(int count) {
        executor = Executors.newFixedThreadPool(Math.max(1, count - 1));
        workers = new Workers(executor, count);
    }

    Workers workers() {
        return workers;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
