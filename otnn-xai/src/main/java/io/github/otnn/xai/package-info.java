/** x. */
package io.github.otnn.xai;
