/**
 * Programs that a person runs from a terminal, one class each. Open {@link io.github.otnn.examples.OtnnPrograms} first: it
 * lists them, and turns their outcome into an exit code. Knows everything; nothing knows it.
 */
@NullMarked
package io.github.otnn.examples;

import org.jspecify.annotations.NullMarked;
