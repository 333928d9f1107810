/**
 * Inputs that a score likes best. Open {@link io.github.otnn.xai.feature.FeatureVisualisation} first. Knows scores, not pictures.
 */
@NullMarked
package io.github.otnn.xai.feature;

import org.jspecify.annotations.NullMarked;
