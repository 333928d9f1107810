/**
 * Whether a score behaves like a potential of optimal transport: its slope, and exact transport to hold it against. Open
 * {@link io.github.otnn.xai.transport.TransportCheck} first, or its parts {@link io.github.otnn.xai.transport.SlopeReport} and
 * {@link io.github.otnn.xai.transport.Wasserstein}. Knows scores and attacks, not training.
 */
@NullMarked
package io.github.otnn.xai.transport;

import org.jspecify.annotations.NullMarked;
