/**
 * Maps and images as PNG files. Open {@link io.github.otnn.xai.picture.HeatMap} first, then
 * {@link io.github.otnn.xai.picture.ImageGrid}. Uses java.desktop without a display. Knows arrays of numbers, not what they
 * mean.
 */
@NullMarked
package io.github.otnn.xai.picture;

import org.jspecify.annotations.NullMarked;
