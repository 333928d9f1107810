/**
 * What a network computes in prediction, in a few primitive operators: the one form from which other formats are written. Open
 * {@link io.github.otnn.core.graph.Operand} first, {@link io.github.otnn.core.graph.GraphTarget} to write another format. Knows
 * shapes and windows, not layers or formats.
 */
@NullMarked
package io.github.otnn.core.graph;

import org.jspecify.annotations.NullMarked;
