package io.github.otnn.core.onnx;

/**
 * How a network is written as an ONNX model.
 *
 * @param layout order of the axes of the model's input and output
 */
public record OnnxSettings(Layout layout) {
    /** Where the channels of samples with two or more axes are; vectors are the same in both. */
    public enum Layout {
        /** Images {@code [batch, channels, height, width]}, sequences {@code [batch, channels, length]}: common in ONNX. */
        CHANNELS_FIRST,
        /** Images {@code [batch, height, width, channels]}, as in this library. */
        CHANNELS_LAST
    }

    /** NCHW: no axis is moved on the way in. */
    public static OnnxSettings channelsFirst() {
        return new OnnxSettings(Layout.CHANNELS_FIRST);
    }

    /** NHWC, as in this library: the model moves the channels of images with several of them once, on the way in. */
    public static OnnxSettings channelsLast() {
        return new OnnxSettings(Layout.CHANNELS_LAST);
    }
}
