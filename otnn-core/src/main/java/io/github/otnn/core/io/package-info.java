/**
 * Networks and training runs as files that nobody has to trust: a readable description, weights that numpy reads, and a
 * Lipschitz audit that is proven again when a file is read. Open {@link io.github.otnn.core.io.ModelFile} first, or {@link
 * io.github.otnn.core.io.Checkpoints} for runs. Knows layers only through a catalog that the caller brings; nothing in a file
 * names a class or a path.
 */
@NullMarked
package io.github.otnn.core.io;

import org.jspecify.annotations.NullMarked;
