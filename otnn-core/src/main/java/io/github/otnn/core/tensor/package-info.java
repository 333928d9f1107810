/**
 * The only place that calls ND4J's factory and operations, and the working memory that hot loops reuse. Internal:
 * applications should not need it. Open {@link io.github.otnn.core.tensor.Tensors} first. Knows ND4J and shapes.
 */
@NullMarked
package io.github.otnn.core.tensor;

import org.jspecify.annotations.NullMarked;
