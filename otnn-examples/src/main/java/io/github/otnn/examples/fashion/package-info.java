/**
 * The program {@code fashion-mnist}: a small convolutional network on real images, from training to certificates and
 * counterfactuals. Open {@link io.github.otnn.examples.fashion.FashionMnistProgram} first.
 */
@NullMarked
package io.github.otnn.examples.fashion;

import org.jspecify.annotations.NullMarked;
