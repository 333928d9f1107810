/**
 * Orders, correlations and similarities of plain arrays. Open {@link io.github.otnn.xai.statistics.Correlation} first. Knows
 * nothing of functions and maps.
 */
@NullMarked
package io.github.otnn.xai.statistics;

import org.jspecify.annotations.NullMarked;
