/** x. */
package io.github.otnn.loss;
