/**
 * Losses that pull classes apart by transport (KR) and by a margin (hinge), and their relatives: value and gradient in one
 * call, summed in float64 whatever the type of the logits. Open {@link io.github.otnn.loss.BinaryHkr} first, and {@link
 * io.github.otnn.loss.SoftmaxHkr} for more than two classes, {@link io.github.otnn.loss.AutoMargin} for margins that are learned, and {@link
 * io.github.otnn.loss.LossCatalog} for all by name. Knows logits and labels, not networks or layers.
 */
@NullMarked
package io.github.otnn.loss;

import org.jspecify.annotations.NullMarked;
