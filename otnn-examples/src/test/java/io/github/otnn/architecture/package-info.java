/**
 * The house rules as tests, over the classes of all modules. Open {@link io.github.otnn.architecture.DirectionsTest} for who
 * may know whom, {@link io.github.otnn.architecture.HabitsTest} for the rest.
 */
@NullMarked
package io.github.otnn.architecture;

import org.jspecify.annotations.NullMarked;
