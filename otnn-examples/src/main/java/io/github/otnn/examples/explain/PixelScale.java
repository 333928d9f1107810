package io.github.otnn.examples.explain;

import io.github.otnn.core.Shape;
import io.github.otnn.core.io.InputScale;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.counterfactual.Limits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Between original values, such as pixels from 0 to 255, and what a model takes: {@code input = (original - offset) * factor} for
 * each channel. As {@link Limits} it keeps a moved input within what pixels can be.
 */
record PixelScale(InputScale scale) implements Limits {
    private static final double WHITE = 255;

    /** Float array of inputs {@code [samples, ...]} from original values in C order. */
    INDArray toInput(double[] original, int samples, Shape shape) {
        requireChannels(shape);
        double[] values = new double[original.length];
        for (int i = 0; i < values.length; i++) {
            int channel = channel(i);
            values[i] =
                    (original[i] - scale.offset().get(channel)) * scale.factor().get(channel);
        }
        return Tensors.of(DataType.FLOAT, values, shape.batch(samples));
    }

    /** Original values of inputs, as an array of the same shape. */
    INDArray toOriginal(INDArray inputs) {
        double[] values = Tensors.toDoubles(inputs);
        for (int i = 0; i < values.length; i++) {
            int channel = channel(i);
            values[i] = values[i] / scale.factor().get(channel) + scale.offset().get(channel);
        }
        return Tensors.of(DataType.DOUBLE, values, inputs.shape());
    }

    @Override
    public double clip(int feature, double value, double original) {
        double black = input(feature, 0);
        double white = input(feature, WHITE);
        return Math.max(Math.min(black, white), Math.min(Math.max(black, white), value));
    }

    @Override
    public String describe() {
        return "pixels of 0 to 255";
    }

    /** Rounded as inputs are, so that black and white themselves are inside. */
    private double input(int feature, double pixel) {
        int channel = channel(feature);
        return (float) ((pixel - scale.offset().get(channel)) * scale.factor().get(channel));
    }

    private int channel(int place) {
        return place % scale.offset().size();
    }

    private void requireChannels(Shape shape) {
        int numbers = scale.offset().size();
        if (numbers != 1 && numbers != shape.channels()) {
            throw new IllegalArgumentException("the model's input scale has " + numbers + " numbers, its input "
                    + shape.channels() + " channels; expected one number, or one for each channel");
        }
    }
}
