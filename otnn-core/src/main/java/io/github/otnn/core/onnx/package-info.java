/**
 * Networks as ONNX models, for other runtimes. Open {@link io.github.otnn.core.onnx.OnnxExport}. Knows what networks compute as a
 * graph of primitive operators and what model files say of them, not layers.
 */
@NullMarked
package io.github.otnn.core.onnx;

import org.jspecify.annotations.NullMarked;
