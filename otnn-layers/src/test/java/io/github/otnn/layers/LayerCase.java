package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.BjorckSettings;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.Layer;
import java.util.List;
import java.util.stream.Stream;

/**
 * A layer with an input shape, for the contract that every layer keeps. A new layer is one line here.
 *
 * @param constant what the layer promises of each output; infinite where it promises nothing
 */
record LayerCase(String name, Shape input, Layer layer, double constant) {
    static Stream<LayerCase> all() {
        SpectralOrthogonal quintic = SpectralOrthogonal.kept().withSteps(BjorckSettings.Steps.QUINTIC);
        Stream<LayerCase> others = Stream.of(
                of("dense narrow", Shape.of(7), new SpectralDense(3, SpectralOrthogonal.kept())),
                of("dense wide", Shape.of(3), new SpectralDense(7)),
                of("dense square", Shape.of(4), new SpectralDense(4, SpectralOrthogonal.kept())),
                of("dense constant 2.5", Shape.of(3), new SpectralDense(2).withLipschitz(2.5))
                        .promising(2.5),
                of("dense one to one", Shape.of(1), new SpectralDense(1)),
                of("dense quintic", Shape.of(5), new SpectralDense(4, quintic)),
                of("dense spectral norm", Shape.of(5), new SpectralDense(3, new SpectralNormalized(4))),
                of("dense spectral norm wide", Shape.of(3), new SpectralDense(4, new SpectralNormalized(1), 0.7))
                        .promising(0.7),
                of("dense cholesky narrow", Shape.of(6), new SpectralDense(3, new CholeskyOrthogonal())),
                of("dense cholesky wide", Shape.of(2), new SpectralDense(5, new CholeskyOrthogonal())),
                of("dense frobenius constraint", Shape.of(4), new SpectralDense(3, new FrobeniusNormalized())),
                of("frobenius dense", Shape.of(5), new FrobeniusDense(3)),
                of("frobenius dense one output", Shape.of(4), new FrobeniusDense(1)),
                of("frobenius dense constant 2.5", Shape.of(1), new FrobeniusDense(2).withLipschitz(2.5))
                        .promising(2.5),
                of("unit norm dense", Shape.of(5), new UnitNormDense(3)),
                of("unit norm dense wide", Shape.of(2), new UnitNormDense(6)),
                of("unconstrained dense", Shape.of(5), new Dense(3)).promising(Double.POSITIVE_INFINITY),
                of("orthogonal conv 3x3", Shape.of(5, 5, 2), new OrthogonalConv2D(4, 3)),
                of(
                        "orthogonal conv 3x3 odd rectangle",
                        Shape.of(4, 5, 3),
                        orthogonal(5, 3, 1, Padding.SAME, SpectralOrthogonal.RawWeights.KEPT)),
                of(
                        "orthogonal conv narrow",
                        Shape.of(5, 4, 5),
                        orthogonal(3, 3, 1, Padding.SAME, SpectralOrthogonal.RawWeights.REBASED)),
                of("orthogonal conv 3x3 stride 2", Shape.of(6, 6, 2), new OrthogonalConv2D(3, 3, 2, Padding.SAME)),
                of(
                        "orthogonal conv more than fits",
                        Shape.of(4, 6, 1),
                        orthogonal(9, 3, 2, Padding.SAME, SpectralOrthogonal.RawWeights.KEPT)),
                of("orthogonal conv 2x2 stride 2", Shape.of(6, 4, 2), new OrthogonalConv2D(5, 2, 2, Padding.VALID)),
                of("orthogonal conv 4x4 valid", Shape.of(6, 5, 2), new OrthogonalConv2D(2, 4, 1, Padding.VALID)),
                of("orthogonal conv 5x5 stride 3", Shape.of(6, 6, 1), new OrthogonalConv2D(4, 5, 3, Padding.SAME)),
                of("orthogonal conv 1x1", Shape.of(3, 3, 3), new OrthogonalConv2D(2, 1)),
                of("orthogonal conv one channel", Shape.of(4, 4, 1), new OrthogonalConv2D(1, 3)),
                of("orthogonal conv on one pixel", Shape.of(1, 1, 2), new OrthogonalConv2D(2, 3)),
                of("orthogonal conv constant 0.5", Shape.of(4, 4, 2), new OrthogonalConv2D(2, 3).withLipschitz(0.5))
                        .promising(0.5),
                of("group sort vector", Shape.of(6), new GroupSort2()),
                of("group sort image", Shape.of(3, 2, 4), new GroupSort2()),
                of("full sort vector", Shape.of(7), new FullSort()),
                of("full sort image", Shape.of(2, 3, 5), new FullSort()),
                of("group sort of three", Shape.of(9), new GroupSort(3)),
                of("group sort of two", Shape.of(2, 1, 4), new GroupSort(2)),
                of("group sort of one", Shape.of(3), new GroupSort(1)),
                of("group sort of four, image", Shape.of(3, 1, 8), new GroupSort(4)),
                of("max min vector", Shape.of(5), new MaxMin()),
                of("max min image of one channel", Shape.of(3, 2, 1), new MaxMin()),
                of("householder vector", Shape.of(6), new Householder()),
                of("householder image", Shape.of(3, 1, 4), new Householder()),
                of("leaky vector", Shape.of(5), new LPReLU()),
                of("leaky image", Shape.of(3, 5, 2), new LPReLU()),
                of("relu", Shape.of(3, 1, 5), new ReLU()),
                of("abs", Shape.of(7), new Abs()),
                of("scaled average", Shape.of(5, 7, 2), new ScaledAveragePooling2D(2)),
                of("scaled average of a rectangle", Shape.of(4, 9, 1), new ScaledAveragePooling2D(2, 3, 2, 3)),
                of("scaled average, overlapping", Shape.of(7, 8, 3), new ScaledAveragePooling2D(3, 2)),
                of("scaled average at each pixel", Shape.of(5, 4, 1), new ScaledAveragePooling2D(3, 1)),
                of("scaled average with gaps", Shape.of(7, 6, 2), new ScaledAveragePooling2D(2, 3)),
                of("scaled average of one pixel", Shape.of(1, 1, 2), new ScaledAveragePooling2D(1)),
                of("average", Shape.of(5, 6, 2), new AveragePooling2D(2)).promising(0.5),
                of("average, overlapping", Shape.of(7, 5, 1), new AveragePooling2D(3, 2))
                        .promising(1 / 3.0),
                of("global mean", Shape.of(3, 5, 2), new GlobalAveragePooling2D())
                        .promising(1 / Math.sqrt(15)),
                of("max pool", Shape.of(5, 6, 2), new MaxPooling2D(2)),
                of("max pool, overlapping, padded", Shape.of(7, 8, 3), new MaxPooling2D(3, 2, 1)),
                of("max pool at each pixel", Shape.of(4, 5, 1), new MaxPooling2D(3, 1, 1)),
                of("max pool of one pixel", Shape.of(1, 1, 2), new MaxPooling2D(3, 2, 1)),
                of("global norm", Shape.of(3, 5, 2), new ScaledGlobalL2NormPooling2D()),
                of("global norm of one pixel", Shape.of(1, 1, 3), new ScaledGlobalL2NormPooling2D()),
                of("down sampling", Shape.of(4, 6, 3), new InvertibleDownSampling(2)),
                of("down sampling by three", Shape.of(3, 9, 1), new InvertibleDownSampling(3)),
                of("up sampling", Shape.of(3, 1, 8), new InvertibleUpSampling(2)),
                of("reshape", Shape.of(3, 4, 2), Reshape.to(2, 12)),
                of("layer centering image", Shape.of(3, 5, 2), new LayerCentering()),
                of("layer centering one pixel", Shape.of(1, 1, 3), new LayerCentering()),
                of("layer centering vector", Shape.of(7), new LayerCentering()),
                of("pool", Shape.of(4, 6, 3), new L2NormPooling2D(2)),
                of("pool odd size", Shape.of(5, 7, 2), new L2NormPooling2D(2)),
                of("pool of three", Shape.of(7, 6, 1), new L2NormPooling2D(3)),
                of("global average", Shape.of(3, 5, 4), new ScaledGlobalAveragePooling2D()),
                of("global average of one pixel", Shape.of(1, 1, 2), new ScaledGlobalAveragePooling2D()),
                of("orthogonal circular", Shape.of(6, 4, 2), new OrthogonalConv2D(3, 3, 1, Padding.CIRCULAR)),
                of("orthogonal circular stride 2", Shape.of(6, 4, 2), new OrthogonalConv2D(6, 3, 2, Padding.CIRCULAR)),
                of("batch centering vector", Shape.of(3), new BatchCentering()),
                of("batch centering image", Shape.of(3, 2, 5), new BatchCentering(0.5)),
                of("batch normalization", Shape.of(2, 3, 4), new BatchNormalization())
                        .unbounded(),
                of("batch normalization vector", Shape.of(3), new BatchNormalization())
                        .unbounded(),
                of(
                        "residual half",
                        Shape.of(6),
                        new LipschitzResidual(List.of(new SpectralDense(6), new GroupSort2()))),
                of(
                        "residual learned",
                        Shape.of(3, 3, 2),
                        new LipschitzResidual(
                                List.of(new SpectralConv2D(4, 3), new BatchCentering(), new GroupSort2()),
                                List.of(new SpectralConv2D(4, 1)),
                                LipschitzResidual.Mix.LEARNED)),
                of(
                        "residual within a residual",
                        Shape.of(4),
                        new LipschitzResidual(List.of(
                                new SpectralDense(4),
                                new LipschitzResidual(
                                        List.of(new SpectralDense(4)), List.of(), LipschitzResidual.Mix.LEARNED)))),
                of(
                                "residual sum",
                                Shape.of(3),
                                new ResidualSum(List.of(new SpectralDense(2)), List.of(new SpectralDense(2))))
                        .promising(2),
                of("flatten", Shape.of(2, 3, 4), new Flatten()));
        return Stream.concat(others, ConvolutionCases.all());
    }

    private static OrthogonalConv2D orthogonal(
            int filters, int kernel, int stride, Padding padding, SpectralOrthogonal.RawWeights rawWeights) {
        return new OrthogonalConv2D(filters, kernel, stride, padding, rawWeights, 1);
    }

    static LayerCase of(String name, Shape input, Layer layer) {
        return new LayerCase(name, input, layer, 1);
    }

    /** The same without a promise. */
    LayerCase unbounded() {
        return promising(Double.POSITIVE_INFINITY);
    }

    /** The same with another promise. */
    LayerCase promising(double other) {
        return new LayerCase(name, input, layer, other);
    }

    /** The layer as a network of its own. */
    Architecture architecture() {
        return Architecture.builder(input).add("layer", layer).build();
    }

    @Override
    public String toString() {
        return name;
    }
}
