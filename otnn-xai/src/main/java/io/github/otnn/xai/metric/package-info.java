/**
 * Numbers that say how good maps are: faithful to the function, stable, simple, where they should be. Open
 * {@link io.github.otnn.xai.metric.Metric} and {@link io.github.otnn.xai.metric.MetricResult} first. Knows scores and methods, not
 * pictures.
 */
@NullMarked
package io.github.otnn.xai.metric;

import org.jspecify.annotations.NullMarked;
