/**
 * Files of public data sets: found on disk, or downloaded once and checked. Open {@link
 * io.github.otnn.examples.dataset.FashionMnistFiles} first. Knows files and sockets, not what is inside the files.
 */
@NullMarked
package io.github.otnn.examples.dataset;

import org.jspecify.annotations.NullMarked;
