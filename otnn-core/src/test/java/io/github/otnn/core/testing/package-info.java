/** What the tests of all modules share: golden files, tolerances, finite differences. */
@NullMarked
package io.github.otnn.core.testing;

import org.jspecify.annotations.NullMarked;
