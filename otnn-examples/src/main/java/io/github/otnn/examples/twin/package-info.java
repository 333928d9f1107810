/**
 * A 1-Lipschitz network and its unconstrained twin, trained alike, and the statements that compare them. Open {@link
 * io.github.otnn.examples.twin.TwinTraining} first. Knows no data set and no metric.
 */
@NullMarked
package io.github.otnn.examples.twin;

import org.jspecify.annotations.NullMarked;
