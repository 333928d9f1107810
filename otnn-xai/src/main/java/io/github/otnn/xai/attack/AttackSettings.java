package io.github.otnn.xai.attack;

import io.github.otnn.xai.ScoredFunction;
import io.github.otnn.xai.counterfactual.ValueRange;
import org.jspecify.annotations.Nullable;

/**
 * What all attacks have in common.
 *
 * @param range values that points are clipped to; null leaves them free. Clipping weakens attacks: certificates are to be held
 *     against free ones too.
 * @param seed of all that is random
 * @param batchSize points evaluated at once, at least 1; bounds memory
 */
public record AttackSettings(@Nullable ValueRange range, long seed, int batchSize) {
    private static final int BATCH_SIZE = 256;

    /** Checks the batch size. */
    public AttackSettings {
        ScoredFunction.requireBatchSize("AttackSettings", batchSize);
    }

    /** Points anywhere, in batches of 256. */
    public static AttackSettings free(long seed) {
        return new AttackSettings(null, seed, BATCH_SIZE);
    }

    /** Points with values in {@code [low, high]}, in batches of 256. */
    public static AttackSettings within(double low, double high, long seed) {
        return new AttackSettings(new ValueRange(low, high), seed, BATCH_SIZE);
    }

    /** The same in batches of this size. */
    public AttackSettings withBatchSize(int size) {
        return new AttackSettings(range, seed, size);
    }

    /** Settings in one line. */
    public String describe() {
        return (range == null ? "unbounded" : "values in [" + range.low() + ", " + range.high() + "]") + ", seed "
                + seed;
    }

    static void require(String where, String what, boolean holds, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(where + ": " + what + ", got " + value);
        }
    }
}
