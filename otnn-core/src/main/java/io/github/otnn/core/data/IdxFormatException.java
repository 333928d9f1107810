package io.github.otnn.core.data;

import java.io.IOException;

/** An IDX file is not what it should be: truncated, altered, of another type, or at odds with its partner file. */
public final class IdxFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    IdxFormatException(String message) {
        super(message);
    }

    IdxFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
