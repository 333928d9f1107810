/**
 * Functions between batches whose result can be pulled back to their input. Open {@link
 * io.github.otnn.core.Differentiable} first. Knows nothing of networks, training or files.
 */
@NullMarked
package io.github.otnn.core;

import org.jspecify.annotations.NullMarked;
