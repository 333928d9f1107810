/**
 * Maps that say how much each input value matters to a score. Open {@link io.github.otnn.xai.attribution.Attribution} first.
 * Knows scores, not pictures.
 */
@NullMarked
package io.github.otnn.xai.attribution;

import org.jspecify.annotations.NullMarked;
