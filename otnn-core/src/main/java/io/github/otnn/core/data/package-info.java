/**
 * Labelled samples in memory, readers, synthetic sets, and the way to and from ND4J's data sets. Open {@link
 * io.github.otnn.core.data.LabelledData} first. Knows arrays, not networks.
 */
@NullMarked
package io.github.otnn.core.data;

import org.jspecify.annotations.NullMarked;
