package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * BlockMNIST: images of two blocks one above the other, of which only one says something. The signal block is a digit 0 or 1
 * and fixes the label; the null block is the same mark in every image. An explanation that points at the null block is wrong.
 *
 * <pre>
 * image      [56, 28, 1]: one block in rows 0..27, the other in rows 28..55
 * null mark  an upright square of 20 x 20 pixels around the middle, its edge 2 and its two diagonals 3 pixels wide; value 1 on 0
 * label      1 for the digit 1, -1 for the digit 0
 * </pre>
 *
 * With {@link Order#RANDOM} each image's order is drawn by itself: sample i of a seed has the same order whatever the digits
 * are, so the null block's place says nothing about the label. The original images were never published: layout after Fig. 1 of
 * the source, measures of the mark are ours.
 *
 * @param data FLOAT features {@code [n, 56, 28, 1]}, labels {@code [n, 1]}, 1 or -1
 * @param nullOnTop whether the null block is the upper one, for each image; belongs to the receiver
 * @see <a href="https://arxiv.org/abs/2102.12781">Shah, Jain, Netrapalli 2021</a>
 */
public record BlockMnist(LabelledData data, boolean[] nullOnTop) {
    /** Height and width of a block, in pixels. */
    public static final int BLOCK = 28;

    private static final int BLOCK_PIXELS = BLOCK * BLOCK;
    private static final Shape IMAGE = Shape.of(2 * BLOCK, BLOCK, 1);
    private static final int MARGIN = 4;

    /** Which block is on top. */
    public enum Order {
        /** Either, with equal chances. */
        RANDOM,
        /** The signal block in every image: the variant "Top". */
        SIGNAL_ON_TOP
    }

    /** Checks that both parts are about the same images. */
    public BlockMnist {
        Objects.requireNonNull(data, "data");
        if (nullOnTop.length != data.size()) {
            throw new IllegalArgumentException("BlockMnist: expected one place of the null block for each of "
                    + data.size() + " images, got " + nullOnTop.length);
        }
    }

    /**
     * Puts a null block beside every digit 0 and 1; other digits are left out.
     *
     * @param digits FLOAT features {@code [n, 28, 28, 1]}, labels the digits. Not modified.
     * @throws ShapeMismatchException if the images have another shape
     * @throws IllegalArgumentException if there is no 0 or no 1 among them
     */
    public static BlockMnist of(LabelledData digits, Order order, long seed) {
        if (!digits.featureShape().equals(Shape.of(BLOCK, BLOCK, 1))) {
            throw new ShapeMismatchException(
                    "BlockMnist digits",
                    "[n, 28, 28, 1]",
                    Arrays.toString(digits.features().shape()));
        }
        int[] classes = digits.classIndices();
        int[] rows = IntStream.range(0, classes.length)
                .filter(i -> classes[i] == 0 || classes[i] == 1)
                .toArray();
        long ones = Arrays.stream(rows).filter(row -> classes[row] == 1).count();
        if (ones == 0 || ones == rows.length) {
            throw new IllegalArgumentException("BlockMnist: expected digits 0 and 1, got " + (rows.length - ones)
                    + " images of 0 and " + ones + " of 1");
        }
        boolean[] nullOnTop = places(rows.length, order, seed);
        float[] mark = mark();
        INDArray features = FeatureBlocks.fill(rows.length, IMAGE, (i, block, offset) -> {
            float[] digit = Tensors.toFloats(Tensors.rows(digits.features(), rows[i], rows[i] + 1L));
            int signal = nullOnTop[i] ? BLOCK_PIXELS : 0;
            System.arraycopy(digit, 0, block, offset + signal, BLOCK_PIXELS);
            System.arraycopy(mark, 0, block, offset + BLOCK_PIXELS - signal, BLOCK_PIXELS);
        });
        float[] signs = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            signs[i] = classes[rows[i]] == 1 ? 1 : -1;
        }
        return new BlockMnist(LabelledData.of(features, Tensors.of(signs, rows.length, 1)), nullOnTop);
    }

    /** Number of images. */
    public int size() {
        return nullOnTop.length;
    }

    /**
     * Where the null blocks are.
     *
     * @return {@code [n, 56, 28]}, 1 in the null block and 0 in the signal block; a new array
     */
    public INDArray nullMask() {
        INDArray mask = Tensors.zeros(DataType.FLOAT, size(), 2L * BLOCK, BLOCK);
        INDArray blocks = Tensors.view(Tensors.flat(mask), 0, 2L * size(), BLOCK_PIXELS);
        float[] ones = new float[BLOCK_PIXELS];
        Arrays.fill(ones, 1);
        for (int i = 0; i < size(); i++) {
            long block = 2L * i + (nullOnTop[i] ? 0 : 1);
            Tensors.write(ones, Tensors.rows(blocks, block, block + 1));
        }
        return mask;
    }

    /** View on images {@code [from, to)}. */
    public BlockMnist range(int from, int to) {
        return new BlockMnist(data.range(from, to), Arrays.copyOfRange(nullOnTop, from, to));
    }

    private static boolean[] places(int count, Order order, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] nullOnTop = new boolean[count];
        for (int i = 0; i < count && order == Order.RANDOM; i++) {
            nullOnTop[i] = random.nextBoolean();
        }
        return nullOnTop;
    }

    private static float[] mark() {
        float[] mark = new float[BLOCK_PIXELS];
        int last = BLOCK - 1 - MARGIN;
        for (int row = MARGIN; row <= last; row++) {
            for (int column = MARGIN; column <= last; column++) {
                int edge = Math.min(Math.min(row, column) - MARGIN, last - Math.max(row, column));
                boolean diagonal = Math.abs(row - column) <= 1 || Math.abs(row + column - (BLOCK - 1)) <= 1;
                mark[row * BLOCK + column] = edge < 2 || diagonal ? 1 : 0;
            }
        }
        return mark;
    }
}
