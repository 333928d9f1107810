/** x. */
package io.github.otnn.examples;
