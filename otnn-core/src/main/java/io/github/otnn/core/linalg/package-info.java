/**
 * Linear algebra of the constraints: the way to the nearest semi-orthogonal matrix and back, estimates and rigorous
 * upper bounds of operator norms. Open {@link io.github.otnn.core.linalg.GramBjorck} or {@link
 * io.github.otnn.core.linalg.SpectralBound} first. Knows matrices and kernels, not layers.
 */
@NullMarked
package io.github.otnn.core.linalg;

import org.jspecify.annotations.NullMarked;
