/**
 * The scalar that is explained, and its gradient. Open {@link io.github.otnn.xai.Score} first, then
 * {@link io.github.otnn.xai.ScoredFunction}, on which everything below this package is built. Knows differentiable
 * functions, neither networks nor losses.
 */
@NullMarked
package io.github.otnn.xai;

import org.jspecify.annotations.NullMarked;
