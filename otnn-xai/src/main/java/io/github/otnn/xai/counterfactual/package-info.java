/**
 * Inputs changed until the decision changes. Open {@link io.github.otnn.xai.counterfactual.TransportCounterfactual} first.
 * Knows scores, not pictures.
 */
@NullMarked
package io.github.otnn.xai.counterfactual;

import org.jspecify.annotations.NullMarked;
