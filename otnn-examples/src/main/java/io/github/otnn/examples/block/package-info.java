/**
 * The program {@code block-mnist}: do explanations point at the part of an image that says nothing? Open {@link
 * io.github.otnn.examples.block.BlockMnistProgram} first.
 */
@NullMarked
package io.github.otnn.examples.block;

import org.jspecify.annotations.NullMarked;
