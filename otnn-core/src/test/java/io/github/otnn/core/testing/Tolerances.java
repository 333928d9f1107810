package io.github.otnn.core.testing;

import org.nd4j.linalg.api.buffer.DataType;

/** Named tolerances. Bounds get rounding slack only, never per cents. */
public final class Tolerances {
    /** float64 against golden values, relative to the largest expected value. */
    public static final double F64_GOLDEN = 1e-9;

    /** float32 against float64 golden values, relative to the largest expected value. */
    public static final double F32_GOLDEN = 1e-4;

    /** float64, the same sums in another order. */
    public static final double F64_REORDERED = 1e-10;

    /** Central differences in float64, step 1e-5. */
    public static final double F64_DIFFERENCE = 1e-6;

    /** Rounding of float32 in a proven bound. */
    public static final double BOUND_SLACK = 1e-6;

    private Tolerances() {}

    /** Tolerance against golden values for this type. */
    public static double golden(DataType type) {
        return type == DataType.DOUBLE ? F64_GOLDEN : F32_GOLDEN;
    }
}
