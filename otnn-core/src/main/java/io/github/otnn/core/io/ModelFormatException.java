package io.github.otnn.core.io;

import java.io.IOException;

/** A file is damaged, altered, or not what it should be. Nothing was loaded. */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    ModelFormatException(String message) {
        super(message);
    }

    ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
