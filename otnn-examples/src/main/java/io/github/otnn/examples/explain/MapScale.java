package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.picture.ColourMap;
import io.github.otnn.xai.picture.HeatMap;
import io.github.otnn.xai.picture.ValueLimits;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whose values set the colours of a map. */
enum MapScale {
    /** Its own: every map uses all colours, and maps are not comparable. */
    PER_MAP,
    /** Those of all samples: maps of one method are comparable. */
    SHARED;

    private static final double SIGNED_PERCENT = 99.5;
    private static final double UNSIGNED_PERCENT = 99.9;

    /** Limits of one map; the most extreme values are let go, for contrast. */
    ValueLimits limits(INDArray maps, int sample, ColourMap colours) {
        INDArray values = this == SHARED ? maps : Tensors.rows(Tensors.dense(maps), sample, sample + 1L);
        return ValueLimits.of(values, colours, colours.diverging() ? SIGNED_PERCENT : UNSIGNED_PERCENT);
    }

    /** Draws one map. */
    BufferedImage draw(INDArray maps, int sample, ColourMap colours, int pixelSize) {
        return new HeatMap(colours, limits(maps, sample, colours), pixelSize).draw(maps, sample);
    }

    /** The values of the first and the last colour. */
    String describe(INDArray maps, int sample, ColourMap colours) {
        ValueLimits limits = limits(maps, sample, colours);
        if (limits.low() == limits.high()) {
            return String.format(Locale.ROOT, "constant %.2g", limits.low());
        }
        return colours.diverging()
                ? String.format(Locale.ROOT, "+-%.2g", limits.high())
                : String.format(Locale.ROOT, "%.2g .. %.2g", limits.low(), limits.high());
    }
}
