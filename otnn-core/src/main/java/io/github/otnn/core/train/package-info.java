/**
 * Losses as the trainer sees them, and the training loop with its listeners and schedules. Open {@link
 * io.github.otnn.core.train.Trainer} first. Knows networks and data, not layers or particular losses.
 */
@NullMarked
package io.github.otnn.core.train;

import org.jspecify.annotations.NullMarked;
