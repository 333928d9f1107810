/**
 * The program that tries to prove certified radii wrong. Open {@link io.github.otnn.examples.attack.AttackProgram}. Knows what
 * attacks report, not how they search.
 */
@NullMarked
package io.github.otnn.examples.attack;

import org.jspecify.annotations.NullMarked;
