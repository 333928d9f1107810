/**
 * What a training step, a prediction, an explanation, a projection and an audit cost, measured with JMH beside their limits:
 * the bare operations of the same shapes, and the unconstrained twin of the network. Open {@link
 * io.github.otnn.examples.bench.BenchProgram} for the program, {@link io.github.otnn.examples.bench.TrainingStep} for what a
 * benchmark looks like. A class is one piece of work, its methods are ways to do it; results of equal parameters are
 * compared. Knows networks, losses and JMH, not where results are kept.
 *
 * @see <a href="https://github.com/openjdk/jmh">JMH</a>
 */
@NullMarked
package io.github.otnn.examples.bench;

import org.jspecify.annotations.NullMarked;
