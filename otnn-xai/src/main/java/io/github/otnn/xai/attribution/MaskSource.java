package io.github.otnn.xai.attribution;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Masks over the pixels of images, or over the features of tables: 1 shows, 0 hides. All samples meet the same masks. What is
 * written depends on the index alone, so that batches cannot change maps. Implementations are immutable and thread-safe.
 */
public interface MaskSource {
    /** Number of masks. */
    int count();

    /**
     * Writes a mask, row by row.
     *
     * @param index 0 to count - 1
     * @param rows of the images; 1 for tables
     * @param columns of the images; features of tables
     * @param into receives {@code rows * columns} values in [0, 1] from {@code offset} on
     * @throws IllegalArgumentException if there are no masks for this size
     */
    void write(int index, int rows, int columns, double[] into, int offset);

    /** Kind, size and seed in one line, for reports. */
    String describe();

    /**
     * Smooth random masks for images: a coarse grid of cells that are shown with some probability, enlarged bilinearly to
     * {@code (1 + 1/grid)} times the image, and cut out at a place drawn for each mask.
     *
     * @param count of masks, at least 1
     * @param grid cells on each side, at least 1 and at most the image's
     * @param probability that a cell is shown, above 0 and at most 1
     * @see <a href="https://arxiv.org/abs/1806.07421">Petsiuk, Das, Saenko 2018</a>
     */
    static MaskSource smoothGrid(int count, int grid, double probability, long seed) {
        return new SmoothGridMasks(count, grid, probability, seed);
    }

    /** Masks that show each feature or pixel by itself with some probability; for tables. */
    static MaskSource bernoulli(int count, double probability, long seed) {
        return new BernoulliMasks(count, probability, seed);
    }

    /**
     * Given masks.
     *
     * @param masks {@code [count, rows, columns]}, or {@code [count, features]}; finite. Copied.
     */
    static MaskSource given(INDArray masks) {
        if (masks.rank() != 3 && masks.rank() != 2) {
            throw new ShapeMismatchException(
                    "masks", "[count, rows, columns] or [count, features]", Arrays.toString(masks.shape()));
        }
        Tensors.requireFinite("masks", masks);
        return new GivenMasks(
                Tensors.toDoubles(masks),
                Math.toIntExact(masks.size(0)),
                masks.rank() == 3 ? Math.toIntExact(masks.size(1)) : 1,
                Math.toIntExact(masks.size(-1)));
    }
}
