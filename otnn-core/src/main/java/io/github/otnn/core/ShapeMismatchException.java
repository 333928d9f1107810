package io.github.otnn.core;

/** An array or a layer got a shape it cannot work with. The message says where, what was expected and what came. */
public final class ShapeMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the message {@code where: expected ..., got ...}.
     *
     * @param where layer, argument or file that found the mismatch
     */
    public ShapeMismatchException(String where, String expected, String actual) {
        super(where + ": expected " + expected + ", got " + actual);
    }

    private ShapeMismatchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same mismatch with the place it happened in put before it. */
    public ShapeMismatchException inside(String place) {
        return new ShapeMismatchException(place + ": " + getMessage(), this);
    }
}
