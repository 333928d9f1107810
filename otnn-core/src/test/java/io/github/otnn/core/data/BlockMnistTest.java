package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class BlockMnistTest {
    private static final int PIXELS = BlockMnist.BLOCK * BlockMnist.BLOCK;

    private static final LabelledData DIGITS = DrawnDigits.sample(20, 1, 3);

    @Test
    void keepsZerosAndOnesWithSignsAsLabels() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        assertThat(blocks.size()).isEqualTo(40);
        assertThat(blocks.data().features().shape()).containsExactly(40, 56, 28, 1);
        assertThat(blocks.data().labels().shape()).containsExactly(40, 1);
        assertThat(blocks.data().classIndices()).startsWith(-1, 1, -1, 1).hasSize(40);
    }

    @Test
    void everyImageIsItsDigitAndTheSameMark() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        float[] images = Tensors.toFloats(blocks.data().features());
        float[] digits = Tensors.toFloats(DIGITS.features());
        float[] mark = block(images, 0, blocks.nullOnTop()[0]);
        for (int i = 0; i < blocks.size(); i++) {
            // zeros and ones are the first two of every ten drawn digits
            int row = i / 2 * 10 + i % 2;
            assertThat(block(images, i, !blocks.nullOnTop()[i]))
                    .containsExactly(Arrays.copyOfRange(digits, row * PIXELS, (row + 1) * PIXELS));
            assertThat(block(images, i, blocks.nullOnTop()[i])).containsExactly(mark);
        }
    }

    @Test
    void markIsASquareWithTwoDiagonalsThatMirroringKeeps() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.SIGNAL_ON_TOP, 7);
        float[] mark = block(Tensors.toFloats(blocks.data().features()), 0, false);
        for (int row = 0; row < 28; row++) {
            for (int column = 0; column < 28; column++) {
                float value = mark[row * 28 + column];
                assertThat(value).isIn(0f, 1f);
                assertThat(mark[(27 - row) * 28 + column]).isEqualTo(value);
                assertThat(mark[column * 28 + row]).isEqualTo(value);
            }
        }
        // row by row: outside, the edge, between edge and diagonals, a diagonal
        assertThat(mark[3 * 28 + 14]).isZero();
        assertThat(mark[4 * 28 + 14]).isOne();
        assertThat(mark[5 * 28 + 14]).isOne();
        assertThat(mark[8 * 28 + 14]).isZero();
        assertThat(mark[10 * 28 + 11]).isOne();
        assertThat(mark[10 * 28 + 12]).isZero();
    }

    @Test
    void maskIsOneInTheNullBlockAlone() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        assertThat(blocks.nullMask().shape()).containsExactly(40, 56, 28);
        float[] mask = Tensors.toFloats(blocks.nullMask());
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(block(mask, i, blocks.nullOnTop()[i])).containsOnly(1);
            assertThat(block(mask, i, !blocks.nullOnTop()[i])).containsOnly(0);
        }
        assertThat(blocks.nullOnTop()).contains(true, false);
    }

    @Test
    void placeOfTheNullBlockIsIndependentOfTheLabel() {
        BlockMnist blocks = BlockMnist.of(DrawnDigits.sample(1500, 0, 1), BlockMnist.Order.RANDOM, 7);
        int[] labels = blocks.data().classIndices();
        double[][] counts = new double[2][2];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i] > 0 ? 1 : 0][blocks.nullOnTop()[i] ? 1 : 0]++;
        }
        double[] top = {counts[0][0] + counts[1][0], counts[0][1] + counts[1][1]};
        double chiSquare = 0;
        for (double[] label : counts) {
            for (int place = 0; place < 2; place++) {
                double expected = (label[0] + label[1]) * top[place] / labels.length;
                chiSquare += (label[place] - expected) * (label[place] - expected) / expected;
            }
        }
        // 5 % quantile of one degree of freedom; and both places are equally likely (4 standard deviations)
        assertThat(chiSquare).isLessThan(3.841);
        assertThat(top[1] / labels.length).isBetween(0.5 - 0.0365, 0.5 + 0.0365);
    }

    @Test
    void placesDependOnTheSeedAndNotOnTheDigits() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        BlockMnist again = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        assertSameBits(again.data().features(), blocks.data().features());
        BlockMnist others = BlockMnist.of(DrawnDigits.sample(30, 1, 4), BlockMnist.Order.RANDOM, 7);
        assertThat(Arrays.copyOf(others.nullOnTop(), 40)).containsExactly(blocks.nullOnTop());
        assertThat(BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 8).nullOnTop())
                .isNotEqualTo(blocks.nullOnTop());
    }

    @Test
    void variantTopHasTheSignalOnTopAlways() {
        assertThat(BlockMnist.of(DIGITS, BlockMnist.Order.SIGNAL_ON_TOP, 7).nullOnTop())
                .containsOnly(false);
    }

    @Test
    void rangesKeepImagesAndPlacesTogether() {
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        BlockMnist part = blocks.range(5, 12);
        assertThat(part.size()).isEqualTo(7);
        assertThat(part.nullOnTop()).containsExactly(Arrays.copyOfRange(blocks.nullOnTop(), 5, 12));
        assertSameBits(
                part.data().features(),
                blocks.data().subset(5, 6, 7, 8, 9, 10, 11).features());
    }

    @Test
    void rejectsImagesOfAnotherShapeAndDigitsThatLack() {
        LabelledData wide =
                LabelledData.of(Tensors.zeros(DataType.FLOAT, 2, 28, 30, 1), Tensors.of(new float[] {0, 1}, 2, 1));
        assertThatThrownBy(() -> BlockMnist.of(wide, BlockMnist.Order.RANDOM, 7))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("BlockMnist digits")
                .hasMessageContaining("[2, 28, 30, 1]");
        assertThatThrownBy(() -> BlockMnist.of(DIGITS.subset(0, 2, 3, 10), BlockMnist.Order.RANDOM, 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BlockMnist: expected digits 0 and 1, got 2 images of 0 and 0 of 1");
        BlockMnist blocks = BlockMnist.of(DIGITS, BlockMnist.Order.RANDOM, 7);
        assertThatThrownBy(() -> new BlockMnist(blocks.data(), new boolean[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BlockMnist: expected one place of the null block for each of 40 images, got 3");
    }

    @Test
    void leavesTheDigitsUntouched() {
        LabelledData digits = DrawnDigits.sample(5, 1, 3);
        String before = digits.digest();
        BlockMnist.of(digits, BlockMnist.Order.RANDOM, 7);
        assertThat(digits.digest()).isEqualTo(before);
    }

    private static float[] block(float[] images, int image, boolean top) {
        int from = (2 * image + (top ? 0 : 1)) * PIXELS;
        return Arrays.copyOfRange(images, from, from + PIXELS);
    }
}
