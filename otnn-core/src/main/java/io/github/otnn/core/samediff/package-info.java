/**
 * The bridge to SameDiff, ND4J's graphs: networks become such graphs, and any such graph can be explained. Open {@link
 * io.github.otnn.core.samediff.SameDiffFunction}. The one place beside {@code core.tensor} that uses operations of ND4J, as that is
 * what a graph of SameDiff is made of.
 */
@NullMarked
package io.github.otnn.core.samediff;

import org.jspecify.annotations.NullMarked;
