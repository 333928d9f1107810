/** Functions with known answers, in plain Java. */
@NullMarked
package io.github.otnn.xai.testing;

import org.jspecify.annotations.NullMarked;
