/** x. */
package io.github.otnn.layers;
