/** x. */
package io.github.otnn.core;
