package io.github.otnn.core.network;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that the caller lends for work that falls into independent parts: samples of a batch, weights of a network.
 *
 * <p>The caller's thread is the first worker; the executor runs the others, so it needs {@code count - 1} threads of its own
 * that are not busy with work that waits for this one. Native operations should then use one thread each (environment
 * variable {@code OMP_NUM_THREADS=1}).
 *
 * @param executor of the other workers; never used if {@code count} is 1
 * @param count number of workers, the caller included
 */
public record Workers(Executor executor, int count) {
    /** Checks the count. */
    public Workers {
        if (count < 1) {
            throw new IllegalArgumentException("Workers: count must be >= 1, got " + count);
        }
    }

    /** The caller's thread alone. */
    public static Workers none() {
        return new Workers(Runnable::run, 1);
    }

    /** Runs one task on each worker, and returns when all are done. */
    public void each(IntConsumer task) {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        Throwable failure = null;
        try {
            for (int worker = 1; worker < count; worker++) {
                int number = worker;
                others.add(CompletableFuture.runAsync(() -> task.accept(number), executor));
            }
            task.accept(0);
        } catch (RuntimeException | Error cause) {
            failure = cause;
        }
        // all must have ended before anyone touches what they share, whatever went wrong
        for (CompletableFuture<Void> other : others) {
            try {
                other.join();
            } catch (CompletionException wrapped) {
                Throwable cause = wrapped.getCause();
                if (failure == null) {
                    failure = cause;
                } else if (failure != cause) {
                    failure.addSuppressed(cause);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Runs independent tasks 0 .. n-1, each once, on whichever worker is free. */
    void share(int n, IntConsumer task) {
        if (count == 1 || n < 2) {
            for (int i = 0; i < n; i++) {
                task.accept(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        each(worker -> {
            for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
                task.accept(i);
            }
        });
    }
}
