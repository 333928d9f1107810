package io.github.otnn.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Moves blocks of pixels into channels and back; a permutation, so each direction is the other's inverse and adjoint.
 *
 * <pre>low[n, y, x, c r r + i r + j] = high[n, y r + i, x r + j, c]</pre>
 *
 * Dense channels-last arrays: high {@code [n, h r, w r, c]}, low {@code [n, h, w, c r r]}.
 */
public final class PixelShuffle {
    private PixelShuffle() {}

    /** Blocks of r x r pixels become channels. */
    public static void toChannels(INDArray high, int block, INDArray low) {
        move(high, low, block, true);
    }

    /** Channels become blocks of r x r pixels. */
    public static void toPixels(INDArray low, int block, INDArray high) {
        move(high, low, block, false);
    }

    private static void move(INDArray high, INDArray low, int block, boolean toChannels) {
        int lines = Math.toIntExact(low.size(0) * low.size(1));
        int width = Math.toIntExact(low.size(2));
        int channels = Math.toIntExact(high.size(3));
        int length = width * block * block * channels;
        Stretch pixels = Stretch.of(high);
        Stretch packed = Stretch.of(low);
        double[] fine = new double[length];
        double[] coarse = new double[length];
        int[] places = places(width, channels, block);
        for (int line = 0; line < lines; line++) {
            int start = line * length;
            if (toChannels) {
                pixels.read(start, fine, length);
                for (int i = 0; i < length; i++) {
                    coarse[places[i]] = fine[i];
                }
                packed.write(start, coarse, length);
            } else {
                packed.read(start, coarse, length);
                for (int i = 0; i < length; i++) {
                    fine[i] = coarse[places[i]];
                }
                pixels.write(start, fine, length);
            }
        }
    }

    /** Where each value of r lines of pixels goes in one line of blocks: both are the same stretch of memory. */
    private static int[] places(int width, int channels, int block) {
        int[] places = new int[width * block * block * channels];
        int from = 0;
        for (int i = 0; i < block; i++) {
            for (int x = 0; x < width; x++) {
                for (int j = 0; j < block; j++) {
                    for (int c = 0; c < channels; c++) {
                        places[from++] = x * channels * block * block + c * block * block + i * block + j;
                    }
                }
            }
        }
        return places;
    }
}
