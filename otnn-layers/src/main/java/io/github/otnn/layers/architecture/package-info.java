/**
 * Ready-made networks, each 1-Lipschitz and as an ordinary twin of the same widths. Open {@link SmallCnn} for the one to
 * begin with, {@link ArchitectureOptions} for what can be chosen. Knows layers, not data or training.
 */
@NullMarked
package io.github.otnn.layers.architecture;

import org.jspecify.annotations.NullMarked;
