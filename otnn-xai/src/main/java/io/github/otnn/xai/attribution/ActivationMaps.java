package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maps that add up a layer's activations, each channel with a weight that comes from the score's gradient there.
 *
 * @param method its name, for messages
 */
record ActivationMaps(String method, ChannelWeights weights, ActivationSign sign, Resize resize, int batchSize) {
    /** Weight of a channel. */
    @FunctionalInterface
    interface ChannelWeights {
        /**
         * The weight.
         *
         * @param activation of the channel at all places
         * @param gradient of the score there
         */
        double of(double[] activation, double[] gradient);
    }

    /** Maps of all samples; one forward pass, and one backward pass through the head. */
    INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        INDArray dense = ScoredFunction.requireInput(input);
        if (!(function instanceof SplitFunction split)) {
            throw new IllegalArgumentException(method + ": expected a SplitFunction, got "
                    + function.getClass().getSimpleName() + "; cut a network with network.splitAfter(layer)");
        }
        if (dense.rank() != 4) {
            throw new ShapeMismatchException(
                    method, "images [samples, height, width, channels]", Arrays.toString(dense.shape()));
        }
        ScoredFunction head = new ScoredFunction(split.head(), score, batchSize);
        PixelGrid image = PixelGrid.of(dense.shape());
        int samples = Math.toIntExact(dense.size(0));
        INDArray maps = null;
        for (int from = 0; from < samples; from += batchSize) {
            int to = Math.min(samples, from + batchSize);
            INDArray activation = requireImages(split.features().predict(Tensors.rows(dense, from, to)), from);
            INDArray gradient = gradient(head, activation, from, samples);
            PixelGrid small = PixelGrid.of(activation.shape());
            PixelGrid large = resize == Resize.NONE ? small : image;
            if (maps == null) {
                maps = Tensors.uninitialized(gradient.dataType(), samples, large.rows(), large.columns());
            }
            write(activation, gradient, small, large, Tensors.rows(maps, from, to));
            progress.advance(to, samples);
        }
        return Objects.requireNonNull(maps);
    }

    private INDArray requireImages(INDArray activation, int first) {
        if (activation.rank() != 4) {
            throw new ShapeMismatchException(
                    method,
                    "features [batch, height, width, channels]",
                    Arrays.toString(activation.shape()) + "; split the function after a convolution");
        }
        INDArray dense = Tensors.dense(activation);
        Tensors.requireFinite("features, batch from sample " + first, dense);
        return dense;
    }

    private static INDArray gradient(ScoredFunction head, INDArray activation, int first, int samples) {
        int[] owners = new int[Math.toIntExact(activation.size(0))];
        Arrays.setAll(owners, i -> first + i);
        return head.gradientsAt(activation, owners, samples).gradient();
    }

    /** One copy of a whole batch each way, as in {@link GradientMaps}. */
    private void write(INDArray activation, INDArray gradient, PixelGrid small, PixelGrid large, INDArray into) {
        double[] activations = Tensors.toDoubles(activation);
        double[] gradients = Tensors.toDoubles(gradient);
        double[] all = new double[Math.toIntExact(into.length())];
        int samples = Math.toIntExact(activation.size(0));
        for (int i = 0; i < samples; i++) {
            double[] map = map(activations, gradients, i * (activations.length / samples), small);
            double[] resized = clamped(resize.apply(map, small.rows(), small.columns(), large.rows(), large.columns()));
            System.arraycopy(resized, 0, all, i * large.count(), large.count());
        }
        Tensors.write(all, into);
    }

    private double[] map(double[] activations, double[] gradients, int offset, PixelGrid small) {
        double[] map = new double[small.count()];
        double[] a = new double[map.length];
        double[] g = new double[map.length];
        for (int c = 0; c < small.channels(); c++) {
            for (int p = 0; p < map.length; p++) {
                a[p] = activations[offset + p * small.channels() + c];
                g[p] = gradients[offset + p * small.channels() + c];
            }
            double weight = weights.of(a, g);
            for (int p = 0; p < map.length; p++) {
                map[p] += weight * a[p];
            }
        }
        return clamped(map);
    }

    /** Before the resize as in the publication, and after it because the bicubic kernel swings below 0. */
    private double[] clamped(double[] map) {
        if (sign == ActivationSign.POSITIVE) {
            for (int p = 0; p < map.length; p++) {
                map[p] = Math.max(map[p], 0);
            }
        }
        return map;
    }
}
