/**
 * 1-Lipschitz layers and what constrains their weights. Open {@link io.github.otnn.layers.SpectralConv2D} first. Knows
 * networks and tensors, not losses or explanations.
 */
@NullMarked
package io.github.otnn.layers;

import org.jspecify.annotations.NullMarked;
