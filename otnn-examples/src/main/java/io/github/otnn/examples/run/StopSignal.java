package io.github.otnn.examples.run;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether the user wants the program to end (Ctrl-C, or a request of the operating system).
 *
 * <p>The shutdown hook raises the signal, interrupts the program's thread, waits a few seconds for it to end in its own
 * way, and then runs what was left to do in any case. Thread-safe.
 */
public final class StopSignal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Thread program = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<Runnable> inAnyCase = new ConcurrentLinkedQueue<>();
    private final Thread hook = new Thread(this::raiseAndWait, "otnn-stop");
    private volatile boolean raised;

    /** A signal that only {@link #raise()} raises. The calling thread is the one that is interrupted. */
    public StopSignal() {}

    /** A signal that the end of the JVM raises. Close it when the program has ended. */
    public static StopSignal onShutdown() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Whether the program is to end. */
    public boolean raised() {
        return raised;
    }

    /** Asks the program to end: sets the signal and interrupts its thread. */
    public void raise() {
        raised = true;
        program.interrupt();
    }

    /**
     * Goes on only if the program may.
     *
     * @throws StoppedException if it is to end
     */
    public void check() {
        if (raised) {
            throw new StoppedException();
        }
    }

    /** Has an action run before the JVM ends, even if the program's thread does not react. */
    void beforeEnd(Runnable action) {
        inAnyCase.add(action);
    }

    /** Takes back what {@link #beforeEnd} was given. */
    void forget(Runnable action) {
        inAnyCase.remove(action);
    }

    /** Says that the program has ended. */
    @Override
    public void close() {
        ended.countDown();
        if (!raised) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shutdownHasBegun) {
                // then the hook runs, and finds the program ended
            }
        }
    }

    private void raiseAndWait() {
        if (ended.getCount() > 0) {
            raise();
        }
        try {
            ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        inAnyCase.forEach(Runnable::run);
    }
}
