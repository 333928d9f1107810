package io.github.otnn.xai.metric;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.xai.SeededStreams;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Subsets of the cells of a grid, removed together. All samples meet the same subsets. What is written depends on the index alone.
 * Implementations are immutable and thread-safe.
 */
public interface SubsetSource {
    /** Number of subsets. */
    int count();

    /** Seed of what is drawn; 0 where nothing is. */
    long seed();

    /**
     * Writes a subset.
     *
     * @param index 0 to count - 1
     * @param rows of cells; 1 for tables
     * @param columns of cells; features of tables
     * @param removed receives {@code rows * columns} values, row by row
     * @throws IllegalArgumentException if there are no subsets for this grid
     */
    void write(int index, int rows, int columns, boolean[] removed);

    /** Kind, size and seed in one line, for reports. */
    String describe();

    /**
     * Random subsets.
     *
     * @param count of subsets, at least 2
     * @param share of the cells that are removed, above 0 and below 1
     */
    static SubsetSource random(SubsetRule rule, int count, double share, long seed) {
        if (count < 2) {
            throw new IllegalArgumentException("subsets: count must be >= 2, got " + count);
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("subsets: share must be above 0 and below 1, got " + share);
        }
        return new SubsetSource() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public long seed() {
                return seed;
            }

            @Override
            public void write(int index, int rows, int columns, boolean[] removed) {
                rule.draw(removed, rows * columns, share, SeededStreams.of(seed, 0, index));
            }

            @Override
            public String describe() {
                return count + " subsets, " + rule + " of share " + share + ", seed " + seed;
            }
        };
    }

    /**
     * Given subsets.
     *
     * @param subsets {@code [count, rows, columns]} of cells, or {@code [count, features]}: 1 removes, 0 keeps. Copied.
     */
    static SubsetSource given(INDArray subsets) {
        if (subsets.rank() != 2 && subsets.rank() != 3 || subsets.size(0) < 2) {
            throw new ShapeMismatchException(
                    "subsets",
                    "[count, rows, columns] or [count, features] with count >= 2",
                    Arrays.toString(subsets.shape()));
        }
        double[] values = Tensors.toDoubles(subsets);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1) {
                throw new IllegalArgumentException("subsets: expected 1 (removed) and 0 (kept), got " + values[i]
                        + " at " + Tensors.describeIndex(i, subsets.shape()));
            }
        }
        return new GivenSubsets(
                values,
                Math.toIntExact(subsets.size(0)),
                subsets.rank() == 3 ? Math.toIntExact(subsets.size(1)) : 1,
                Math.toIntExact(subsets.size(-1)));
    }
}
