package io.github.otnn.layers;

import io.github.otnn.core.io.RecordCatalog;

/** The layers and parametrizations of this module, for reading and writing model files. */
public final class LayerCatalog {
    private LayerCatalog() {}

    /** All of them; own ones are added with {@link RecordCatalog#with}. */
    public static RecordCatalog standard() {
        return RecordCatalog.empty()
                .with(
                        Abs.class,
                        AveragePooling2D.class,
                        BatchCentering.class,
                        BatchNormalization.class,
                        CholeskyOrthogonal.class,
                        Clamped.class,
                        Conv2D.class,
                        Dense.class,
                        Flatten.class,
                        FrobeniusConv2D.class,
                        FrobeniusDense.class,
                        FrobeniusNormalized.class,
                        FullSort.class,
                        GlobalAveragePooling2D.class,
                        GroupSort.class,
                        GroupSort2.class,
                        Householder.class,
                        InvertibleDownSampling.class,
                        InvertibleUpSampling.class,
                        L2NormPooling2D.class,
                        LPReLU.class,
                        LayerCentering.class,
                        LipschitzResidual.class,
                        MaxMin.class,
                        MaxPooling2D.class,
                        OperatorNormScaled.class,
                        OrthogonalConv2D.class,
                        OrthogonalKernel.class,
                        ReLU.class,
                        Reshape.class,
                        ResidualSum.class,
                        Scaled.class,
                        ScaledAveragePooling2D.class,
                        ScaledGlobalAveragePooling2D.class,
                        ScaledGlobalL2NormPooling2D.class,
                        SpectralConv1D.class,
                        SpectralConv2D.class,
                        SpectralConvTranspose2D.class,
                        SpectralDense.class,
                        SpectralNormalized.class,
                        SpectralOrthogonal.class,
                        UnitColumns.class,
                        UnitNormDense.class);
    }
}
