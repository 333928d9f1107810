/**
 * The program that explains the decisions of a stored model. Open {@link io.github.otnn.examples.explain.ExplainProgram}, then
 * {@link io.github.otnn.examples.explain.ExplainedModel}. Knows explanations and pictures, not training.
 */
@NullMarked
package io.github.otnn.examples.explain;

import org.jspecify.annotations.NullMarked;
