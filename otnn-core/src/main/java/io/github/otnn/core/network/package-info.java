/**
 * Layers, what constrains their weights, and networks in their two lives: training and condensed. Open {@link
 * io.github.otnn.core.network.Network} first, {@link io.github.otnn.core.network.Layer} to write a layer. Knows tensors and
 * linear algebra, not losses, trainers or certificates.
 */
@NullMarked
package io.github.otnn.core.network;

import org.jspecify.annotations.NullMarked;
