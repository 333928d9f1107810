package io.github.otnn.xai.attribution;

import io.github.otnn.core.Differentiable;
import io.github.otnn.xai.Progress;
import io.github.otnn.xai.Score;
import io.github.otnn.xai.ScoredFunction;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Grad-CAM++: Grad-CAM with weights that let small active regions count as much as large ones.
 *
 * <pre>
 * map = resize( relu( sum_c w_c A_c ) ),   w_c = mean over places of alpha_c relu(g_c),   g = d score / d A
 * alpha = g^2 / (2 g^2 + g^3 s_c),   s_c = mean or sum of A_c over places; a denominator of 0 becomes 1e-4
 * </pre>
 *
 * The function is a {@link io.github.otnn.core.SplitFunction}; see {@link GradCam}. The formula assumes activations that are not
 * negative: behind a GroupSort the denominator can change its sign.
 *
 * @param sign whether negative sums are dropped
 * @param total s_c: the publication takes the sum, xplique the mean
 * @param resize to the size of the image
 * @param batchSize samples evaluated at once; bounds memory, does not change the maps
 * @see <a href="https://arxiv.org/abs/1710.11063">Chattopadhyay, Sarkar, Howlader, Balasubramanian 2018</a>
 */
public record GradCamPlusPlus(ActivationSign sign, ActivationTotal total, Resize resize, int batchSize)
        implements Attribution {
    /** Checks the batch size. */
    public GradCamPlusPlus {
        ScoredFunction.requireBatchSize("GradCamPlusPlus", batchSize);
    }

    /** How the activations of a channel become s_c. */
    public enum ActivationTotal {
        /** Their mean. */
        MEAN,
        /** Their sum. */
        SUM
    }

    /** Positive part, mean activation, bicubic. */
    public static GradCamPlusPlus withDefaults(int batchSize) {
        return new GradCamPlusPlus(ActivationSign.POSITIVE, ActivationTotal.MEAN, Resize.BICUBIC, batchSize);
    }

    /** Maps of all samples; see {@link GradCam#explain}. */
    @Override
    public INDArray explain(Differentiable function, INDArray input, Score score, Progress progress) {
        ActivationMaps maps = new ActivationMaps("GradCamPlusPlus", this::weight, sign, resize, batchSize);
        return maps.explain(function, input, score, progress);
    }

    private double weight(double[] activation, double[] gradient) {
        double sum = Arrays.stream(activation).sum();
        double s = total == ActivationTotal.SUM ? sum : sum / activation.length;
        double weight = 0;
        for (double g : gradient) {
            if (g > 0) {
                double denominator = 2 * g * g + g * g * g * s;
                weight += g * g / (denominator == 0 ? 1e-4 : denominator) * g;
            }
        }
        return weight / gradient.length;
    }

    @Override
    public String describe() {
        return "Grad-CAM++ " + sign + ", " + total + " of activations, resize " + resize;
    }
}
