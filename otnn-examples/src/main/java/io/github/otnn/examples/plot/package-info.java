/**
 * Plots that several programs draw: level sets, curves, histograms. Open {@link io.github.otnn.examples.plot.LevelSets}
 * first. Knows XChart, not networks.
 */
@NullMarked
package io.github.otnn.examples.plot;

import org.jspecify.annotations.NullMarked;
