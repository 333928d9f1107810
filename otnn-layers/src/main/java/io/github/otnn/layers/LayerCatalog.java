package io.github.otnn.layers;

import io.github.otnn.core.io.RecordCatalog;

/** The layers and parametrizations of this module, for reading and writing model files. */
public final class LayerCatalog {
    private LayerCatalog() {}

    /** All of them; own ones are added with {@link RecordCatalog#with}. */
    public static RecordCatalog standard() {
        return RecordCatalog.empty()
                .with(
                        BatchCentering.class,
                        BatchNormalization.class,
                        Flatten.class,
                        FullSort.class,
                        GroupSort2.class,
                        L2NormPooling2D.class,
                        LipschitzResidual.class,
                        ResidualSum.class,
                        Scaled.class,
                        ScaledGlobalAveragePooling2D.class,
                        SpectralConv2D.class,
                        SpectralDense.class,
                        SpectralOrthogonal.class,
                        UnitColumns.class,
                        UnitNormDense.class);
    }
}
