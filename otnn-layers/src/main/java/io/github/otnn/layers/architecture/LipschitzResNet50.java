package io.github.otnn.layers.architecture;

import io.github.otnn.core.Shape;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import io.github.otnn.layers.BatchCentering;
import io.github.otnn.layers.BatchNormalization;
import io.github.otnn.layers.Conv2D;
import io.github.otnn.layers.ConvolutionWindow;
import io.github.otnn.layers.Dense;
import io.github.otnn.layers.GlobalAveragePooling2D;
import io.github.otnn.layers.GroupSort2;
import io.github.otnn.layers.InvertibleDownSampling;
import io.github.otnn.layers.L2NormPooling2D;
import io.github.otnn.layers.LipschitzResidual;
import io.github.otnn.layers.MaxPooling2D;
import io.github.otnn.layers.ReLU;
import io.github.otnn.layers.ResidualSum;
import io.github.otnn.layers.ScaledGlobalL2NormPooling2D;
import io.github.otnn.layers.SpectralConv2D;
import io.github.otnn.layers.SpectralDense;
import io.github.otnn.layers.UnitNormDense;
import java.util.List;

/**
 * Residual network of 50 layers in a 1-Lipschitz form, and the standard one as its twin.
 *
 * <pre>
 * stem: conv 64 stride 2, centering, sort; down-sampling by 2 into channels
 * stages of 3, 4, 6, 3 blocks:  1/2 (shortcut + [conv 1x1 h, conv 3x3 h, conv 1x1 4h]),  h = 64, 128, 256, 512
 * L2 norm pooling between stages; global L2 norm pooling; head
 * </pre>
 *
 * Every convolution is followed by batch centering, all but the last of a block by GroupSort2 too. Where channels change, the
 * shortcut is a 1x1 SpectralConv2D. The published table gives neither the numbers of blocks nor those shortcuts: they are
 * the standard network's. Input: images whose sides are divisible by 32, such as 224 x 224 x 3. The width factor widens h alone,
 * as in the paper's large network (1.5); the channels between blocks stay.
 *
 * @see <a href="https://arxiv.org/abs/2206.06854">Serrurier et al. 2023</a>, Table 5
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2015</a>
 */
public final class LipschitzResNet50 {
    private static final int[] BLOCKS = {3, 4, 6, 3};
    private static final int FIRST_WIDTH = 64;
    private static final int EXPANSION = 4;

    private LipschitzResNet50() {}

    /** The 1-Lipschitz network. */
    public static Architecture lipschitz(Shape input, ArchitectureOptions options) {
        Architecture.Builder builder = Architecture.builder(input)
                .add("stem", spectral(FIRST_WIDTH, 3, 2, options))
                .add("stem-center", new BatchCentering())
                .add("stem-sort", new GroupSort2())
                .add("stem-down", new InvertibleDownSampling(2));
        int channels = FIRST_WIDTH * EXPANSION;
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            int hidden = FIRST_WIDTH << stage;
            for (int block = 0; block < BLOCKS[stage]; block++) {
                boolean changes = channels != hidden * EXPANSION;
                builder.add(name(stage, block), lipschitzBlock(hidden, changes, options));
                channels = hidden * EXPANSION;
            }
            if (stage < BLOCKS.length - 1) {
                builder.add("stage" + (stage + 1) + "-pool", new L2NormPooling2D(2));
            }
        }
        boolean joint = options.head() == ArchitectureOptions.Head.JOINT || options.outputs() == 1;
        return builder.add("pool", new ScaledGlobalL2NormPooling2D())
                .add("head", joint ? new SpectralDense(options.outputs()) : new UnitNormDense(options.outputs()))
                .build();
    }

    /** The standard network, with biases in its convolutions. */
    public static Architecture unconstrained(Shape input, ArchitectureOptions options) {
        Architecture.Builder builder = Architecture.builder(input)
                .add("stem", new Conv2D(FIRST_WIDTH, ConvolutionWindow.square(7).withStride(2)))
                .add("stem-norm", new BatchNormalization())
                .add("stem-relu", new ReLU())
                .add("stem-pool", new MaxPooling2D(3, 2, 1));
        for (int stage = 0; stage < BLOCKS.length; stage++) {
            for (int block = 0; block < BLOCKS[stage]; block++) {
                String name = name(stage, block);
                int stride = stage > 0 && block == 0 ? 2 : 1;
                builder.add(name, ordinaryBlock(FIRST_WIDTH << stage, stride, block == 0, options));
                builder.add(name + "-relu", new ReLU());
            }
        }
        return builder.add("pool", new GlobalAveragePooling2D())
                .add("head", new Dense(options.outputs()))
                .build();
    }

    private static Layer lipschitzBlock(int hidden, boolean changes, ArchitectureOptions options) {
        int width = options.width(hidden);
        List<Layer> branch = List.of(
                spectral(width, 1, 1, options),
                new BatchCentering(),
                new GroupSort2(),
                spectral(width, 3, 1, options),
                new BatchCentering(),
                new GroupSort2(),
                spectral(hidden * EXPANSION, 1, 1, options),
                new BatchCentering());
        List<Layer> shortcut = changes ? List.of(spectral(hidden * EXPANSION, 1, 1, options)) : List.of();
        return new LipschitzResidual(branch, shortcut, LipschitzResidual.Mix.HALF);
    }

    private static Layer ordinaryBlock(int hidden, int stride, boolean changes, ArchitectureOptions options) {
        int width = options.width(hidden);
        List<Layer> branch = List.of(
                new Conv2D(width, ConvolutionWindow.square(1)),
                new BatchNormalization(),
                new ReLU(),
                new Conv2D(width, ConvolutionWindow.square(3).withStride(stride)),
                new BatchNormalization(),
                new ReLU(),
                new Conv2D(hidden * EXPANSION, ConvolutionWindow.square(1)),
                new BatchNormalization());
        List<Layer> shortcut = changes
                ? List.of(
                        new Conv2D(
                                hidden * EXPANSION, ConvolutionWindow.square(1).withStride(stride)),
                        new BatchNormalization())
                : List.of();
        return new ResidualSum(branch, shortcut);
    }

    private static Layer spectral(int filters, int kernel, int stride, ArchitectureOptions options) {
        return new SpectralConv2D(filters, ConvolutionWindow.square(kernel).withStride(stride))
                .withScaling(options.scaling());
    }

    private static String name(int stage, int block) {
        return "stage" + (stage + 1) + "-block" + (block + 1);
    }
}
