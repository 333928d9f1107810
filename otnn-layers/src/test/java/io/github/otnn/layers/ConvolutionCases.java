package io.github.otnn.layers;

import static io.github.otnn.layers.LayerCase.of;

import io.github.otnn.core.Shape;
import java.util.stream.Stream;

/** Convolutions for the contract that every layer keeps. */
final class ConvolutionCases {
    private static final double FREE = Double.POSITIVE_INFINITY;
    private static final Padding VALID = Padding.VALID;
    private static final ConvolutionWindow EVEN = ConvolutionWindow.square(2);
    private static final ConvolutionWindow CIRCULAR =
            ConvolutionWindow.square(3).withPadding(Padding.CIRCULAR);
    private static final ConvolutionWindow UPPER =
            ConvolutionWindow.square(3).withStride(2).withPadding(Padding.SAME_UPPER);
    private static final ConvolutionWindow SPARSE =
            ConvolutionWindow.square(2).withStride(3).withPadding(Padding.SAME_UPPER);
    private static final ConvolutionWindow DILATED_STRIDE =
            ConvolutionWindow.square(3).withStride(2).withDilation(2);

    private ConvolutionCases() {}

    static Stream<LayerCase> all() {
        return Stream.of(
                of("conv 3x3", Shape.of(5, 5, 2), new SpectralConv2D(4, 3).withConstraint(SpectralOrthogonal.kept())),
                of("conv 3x3 odd rectangle", Shape.of(5, 7, 1), new SpectralConv2D(3, 3)),
                of(
                        "conv 3x3 stride 2 even",
                        Shape.of(6, 6, 2),
                        new SpectralConv2D(3, 3, 2, Padding.SAME).withConstraint(SpectralOrthogonal.kept())),
                of("conv 3x3 stride 2 odd", Shape.of(7, 5, 2), new SpectralConv2D(3, 3, 2, Padding.SAME)),
                of("conv valid", Shape.of(5, 6, 2), new SpectralConv2D(3, 3, 1, Padding.VALID)),
                of("conv valid stride 2", Shape.of(6, 6, 1), new SpectralConv2D(2, 3, 2, Padding.VALID)),
                of("conv 5x5", Shape.of(6, 6, 1), new SpectralConv2D(2, 5)),
                of("conv 2x2 even kernel", Shape.of(5, 5, 1), new SpectralConv2D(4, 2, 2, Padding.VALID)),
                of("conv 1x1", Shape.of(3, 3, 3), new SpectralConv2D(2, 1)),
                of("conv on one pixel", Shape.of(1, 1, 2), new SpectralConv2D(2, 3)),
                of("conv constant 0.3", Shape.of(4, 4, 2), new SpectralConv2D(2, 3).withLipschitz(0.3))
                        .promising(0.3),
                of("conv rectangular window", Shape.of(5, 6, 2), conv(ConvolutionWindow.of(2, 3))),
                of(
                        "conv dilated",
                        Shape.of(7, 6, 2),
                        conv(ConvolutionWindow.square(3).withDilation(2))),
                of("conv dilated stride 2", Shape.of(8, 7, 1), conv(DILATED_STRIDE)),
                of("conv dilated one channel valid", Shape.of(7, 8, 1), conv(DILATED_STRIDE.withPadding(VALID))),
                of("conv even kernel", Shape.of(4, 5, 2), conv(ConvolutionWindow.square(2))),
                of("conv circular", Shape.of(4, 5, 2), conv(CIRCULAR)),
                of("conv circular one channel", Shape.of(5, 4, 1), conv(CIRCULAR)),
                of("conv circular stride 2 odd", Shape.of(5, 7, 2), conv(CIRCULAR.withStride(2))),
                of("conv circular even kernel", Shape.of(5, 4, 2), conv(EVEN.withPadding(Padding.CIRCULAR))),
                of("conv circular on one pixel", Shape.of(1, 1, 2), conv(CIRCULAR)),
                of("conv same upper stride 2", Shape.of(6, 5, 2), conv(UPPER)),
                of("conv same upper even kernel", Shape.of(5, 6, 1), conv(EVEN.withPadding(Padding.SAME_UPPER))),
                of("conv same upper stride above kernel", Shape.of(7, 8, 2), conv(SPARSE)),
                of("conv operator norm", Shape.of(5, 6, 2), normed(ConvolutionWindow.square(3))),
                of("conv operator norm wide", Shape.of(3, 2, 1), normed(ConvolutionWindow.of(2, 1))),
                of(
                        "conv operator norm stride 2",
                        Shape.of(4, 3, 2),
                        normed(ConvolutionWindow.square(3).withStride(2))),
                of(
                                "conv operator norm circular",
                                Shape.of(4, 6, 2),
                                normed(CIRCULAR).withLipschitz(2))
                        .promising(2),
                of("conv operator norm one pixel", Shape.of(1, 1, 3), normed(ConvolutionWindow.square(3))),
                of("conv legacy mean", Shape.of(5, 5, 2), conv(CIRCULAR).withScaling(ConvolutionScaling.LEGACY_MEAN)),
                of("conv legacy mean zeros", Shape.of(5, 5, 2), legacy()).promising(1.25),
                of("conv transpose", Shape.of(4, 5, 2), transposed(ConvolutionWindow.square(3))),
                of(
                        "conv transpose stride 2",
                        Shape.of(3, 4, 3),
                        transposed(ConvolutionWindow.square(3).withStride(2))),
                of(
                        "conv transpose kernel is stride",
                        Shape.of(3, 2, 1),
                        transposed(EVEN.withStride(2).withPadding(VALID))),
                of(
                        "conv transpose valid",
                        Shape.of(3, 4, 2),
                        transposed(ConvolutionWindow.of(2, 3).withPadding(VALID))),
                of("conv transpose same upper", Shape.of(3, 2, 2), transposed(UPPER)),
                of("conv transpose stride above kernel", Shape.of(3, 2, 2), transposed(SPARSE)),
                of("conv transpose circular", Shape.of(2, 3, 2), transposed(CIRCULAR.withStride(2))),
                of("conv transpose dilated", Shape.of(3, 4, 1), transposed(DILATED_STRIDE)),
                of("conv transpose one pixel", Shape.of(1, 1, 2), transposed(ConvolutionWindow.square(3))),
                of(
                        "conv transpose operator norm",
                        Shape.of(2, 3, 2),
                        new SpectralConvTranspose2D(
                                3,
                                ConvolutionWindow.square(3),
                                SpectralOrthogonal.kept(),
                                ConvolutionScaling.OPERATOR_NORM,
                                1)),
                of("conv 1d", Shape.of(9, 2), new SpectralConv1D(3, 3)),
                of(
                        "conv 1d stride dilation",
                        Shape.of(10, 3),
                        new SpectralConv1D(
                                2, ConvolutionWindow.line(3).withStride(1, 2).withDilation(1, 2))),
                of(
                        "conv 1d circular",
                        Shape.of(5, 1),
                        new SpectralConv1D(2, ConvolutionWindow.line(3).withPadding(Padding.CIRCULAR))),
                of("conv 1d one step", Shape.of(1, 2), new SpectralConv1D(4, 3)),
                of(
                                "conv 1d operator norm",
                                Shape.of(4, 2),
                                new SpectralConv1D(
                                        3,
                                        ConvolutionWindow.line(3),
                                        SpectralOrthogonal.kept(),
                                        ConvolutionScaling.OPERATOR_NORM,
                                        0.5))
                        .promising(0.5),
                of("unconstrained conv", Shape.of(5, 6, 2), new Conv2D(3, ConvolutionWindow.square(3)))
                        .promising(FREE),
                of("unconstrained conv circular", Shape.of(4, 4, 1), new Conv2D(2, CIRCULAR))
                        .promising(FREE),
                of("frobenius conv", Shape.of(4, 5, 2), new FrobeniusConv2D(3, ConvolutionWindow.square(3))),
                of(
                                "frobenius conv stride 2 constant 2",
                                Shape.of(5, 4, 1),
                                new FrobeniusConv2D(2, UPPER).withLipschitz(2))
                        .promising(2));
    }

    private static SpectralConv2D conv(ConvolutionWindow window) {
        return new SpectralConv2D(3, window);
    }

    private static SpectralConv2D normed(ConvolutionWindow window) {
        return conv(window).withScaling(ConvolutionScaling.OPERATOR_NORM);
    }

    private static SpectralConv2D legacy() {
        return conv(ConvolutionWindow.square(3)).withScaling(ConvolutionScaling.LEGACY_MEAN);
    }

    private static SpectralConvTranspose2D transposed(ConvolutionWindow window) {
        return new SpectralConvTranspose2D(3, window);
    }
}
