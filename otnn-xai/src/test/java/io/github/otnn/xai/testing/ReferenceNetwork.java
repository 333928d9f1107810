package io.github.otnn.xai.testing;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.SplitFunction;
import io.github.otnn.core.testing.Golden;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network of the golden files as nested loops: convolutions, sorted pairs, L2 pooling, two dense layers. */
public final class ReferenceNetwork {
    private ReferenceNetwork() {}

    /** Network with the weights of {@code network.json}. */
    public static SampleFunction of(Golden network) {
        return features(network).then(head(network));
    }

    /** The same network, cut behind its second convolution, whose output is {@code [batch, 4, 4, 8]}. */
    public static SplitFunction split(Golden network) {
        SampleFunction features = features(network);
        Differentiable images = input -> {
            Pass pass = features.evaluate(input);
            return new Pass() {
                @Override
                public INDArray output() {
                    return pass.output().reshape('c', input.size(0), 4, 4, 8);
                }

                @Override
                public INDArray inputGradient(INDArray cotangent) {
                    return pass.inputGradient(cotangent);
                }
            };
        };
        return new SplitFunction(images, head(network));
    }

    private static SampleFunction features(Golden network) {
        Golden weights = network.get("weights");
        return convolution(8, 3, 8, 1, weights.get("conv1_kernel"), weights.get("conv1_bias"))
                .then(pairSort())
                .then(convolution(8, 8, 8, 2, weights.get("conv2_kernel"), weights.get("conv2_bias")));
    }

    private static SampleFunction head(Golden network) {
        Golden weights = network.get("weights");
        return pairSort()
                .then(l2Pool(4, 8))
                .then(dense(weights.get("dense1_weight"), weights.get("dense1_bias")))
                .then(pairSort())
                .then(dense(weights.get("dense2_weight"), weights.get("dense2_bias")));
    }

    /** 3x3, one row of zeros on each side. */
    private static SampleFunction convolution(int size, int in, int out, int stride, Golden kernel, Golden bias) {
        double[] k = kernel.values();
        double[] b = bias.values();
        int outSize = (size - 1) / stride + 1;
        return x -> {
            double[] y = new double[outSize * outSize * out];
            for (int p = 0; p < outSize * outSize; p++) {
                System.arraycopy(b, 0, y, p * out, out);
            }
            Taps taps = use -> forEachTap(size, in, out, stride, use);
            taps.each((i, w, o) -> y[o] += x[i] * k[w]);
            return new SampleFunction.Step(y, cotangent -> {
                double[] back = new double[x.length];
                taps.each((i, w, o) -> back[i] += cotangent[o] * k[w]);
                return back;
            });
        };
    }

    private interface Taps {
        void each(Tap use);
    }

    private interface Tap {
        void use(int input, int weight, int output);
    }

    private static void forEachTap(int size, int in, int out, int stride, Tap tap) {
        int outSize = (size - 1) / stride + 1;
        for (int position = 0; position < outSize * outSize * 9; position++) {
            int place = position / 9;
            int a = position % 9 / 3;
            int b = position % 3;
            int row = place / outSize * stride + a - 1;
            int column = place % outSize * stride + b - 1;
            if (row < 0 || row >= size || column < 0 || column >= size) {
                continue;
            }
            for (int c = 0; c < in; c++) {
                for (int o = 0; o < out; o++) {
                    tap.use((row * size + column) * in + c, ((a * 3 + b) * in + c) * out + o, place * out + o);
                }
            }
        }
    }

    private static SampleFunction pairSort() {
        return x -> {
            double[] sorted = x.clone();
            for (int i = 0; i < x.length; i += 2) {
                Arrays.sort(sorted, i, i + 2);
            }
            return new SampleFunction.Step(sorted, cotangent -> {
                double[] back = cotangent.clone();
                for (int i = 0; i < x.length; i += 2) {
                    if (x[i] > x[i + 1]) {
                        back[i] = cotangent[i + 1];
                        back[i + 1] = cotangent[i];
                    }
                }
                return back;
            });
        };
    }

    private static SampleFunction l2Pool(int size, int channels) {
        int half = size / 2;
        return x -> {
            double[] y = new double[half * half * channels];
            for (int i = 0; i < x.length; i++) {
                y[window(i, size, channels)] += x[i] * x[i];
            }
            Arrays.setAll(y, i -> Math.sqrt(y[i]));
            return new SampleFunction.Step(y, cotangent -> {
                double[] back = new double[x.length];
                Arrays.setAll(back, i -> {
                    int o = window(i, size, channels);
                    return cotangent[o] * x[i] / y[o];
                });
                return back;
            });
        };
    }

    private static int window(int i, int size, int channels) {
        int row = i / channels / size / 2;
        int column = i / channels % size / 2;
        return (row * (size / 2) + column) * channels + i % channels;
    }

    private static SampleFunction dense(Golden weight, Golden bias) {
        double[] w = weight.values();
        double[] b = bias.values();
        return x -> {
            double[] y = b.clone();
            for (int i = 0; i < w.length; i++) {
                y[i % b.length] += x[i / b.length] * w[i];
            }
            return new SampleFunction.Step(y, cotangent -> {
                double[] back = new double[x.length];
                for (int i = 0; i < w.length; i++) {
                    back[i / b.length] += cotangent[i % b.length] * w[i];
                }
                return back;
            });
        };
    }
}
