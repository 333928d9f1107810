/**
 * What a run of a program leaves behind, and how it shows progress and stops. Open {@link
 * io.github.otnn.examples.run.RunFolder} first. Knows trainers' listeners, not networks or command lines.
 */
@NullMarked
package io.github.otnn.examples.run;

import org.jspecify.annotations.NullMarked;
