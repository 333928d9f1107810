/**
 * Labelled samples in memory, readers and synthetic sets. Open {@link io.github.otnn.core.data.LabelledData} first. Knows
 * arrays, not networks.
 */
@NullMarked
package io.github.otnn.core.data;

import org.jspecify.annotations.NullMarked;
