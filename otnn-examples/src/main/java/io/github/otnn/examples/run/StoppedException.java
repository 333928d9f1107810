package io.github.otnn.examples.run;

/** A run was asked to stop before it had its results; nothing of it becomes visible. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Nothing is left of the run. */
    public StoppedException() {
        this("stopped before it was complete; nothing was written");
    }

    /** Says what is left of the run. */
    public StoppedException(String message) {
        super(message);
    }
}
