/**
 * The program {@code koch}: a dense network between two Koch snowflakes, drawn as in Fig. 2 of the paper. Open {@link
 * io.github.otnn.examples.koch.KochProgram} first.
 */
@NullMarked
package io.github.otnn.examples.koch;

import org.jspecify.annotations.NullMarked;
