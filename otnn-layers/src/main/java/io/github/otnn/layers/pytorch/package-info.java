/**
 * Networks that were trained in PyTorch, as condensed networks with proven bounds. Open {@link
 * io.github.otnn.layers.pytorch.PyTorchImport}. Knows the layouts of PyTorch's arrays, not its programs: the architecture comes from
 * the caller.
 */
@NullMarked
package io.github.otnn.layers.pytorch;

import org.jspecify.annotations.NullMarked;
