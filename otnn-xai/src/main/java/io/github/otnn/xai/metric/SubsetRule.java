package io.github.otnn.xai.metric;

import java.util.SplittableRandom;

/** How the cells that are removed together are drawn. */
public enum SubsetRule {
    /** Exactly {@code round(share cells)}, at least one. */
    EXACT_K {
        @Override
        void draw(boolean[] removed, int cells, double share, SplittableRandom random) {
            drawExactly(Math.max(1, (int) Math.round(share * cells)), removed, cells, random);
        }
    },
    /**
     * Each cell by itself. The number of cells then varies, and with it both sides of a correlation: maps without negative values
     * look better than they are.
     */
    BERNOULLI {
        @Override
        void draw(boolean[] removed, int cells, double share, SplittableRandom random) {
            for (int cell = 0; cell < cells; cell++) {
                removed[cell] = random.nextDouble() < share;
            }
        }
    },
    /** Exactly {@code floor(share cells) + 1}: what Xplique drew in version 0.3, of which published tables come. */
    XPLIQUE_0_3 {
        @Override
        void draw(boolean[] removed, int cells, double share, SplittableRandom random) {
            drawExactly(Math.min(cells, (int) (share * cells) + 1), removed, cells, random);
        }
    };

    /** Writes whether each cell is removed. */
    abstract void draw(boolean[] removed, int cells, double share, SplittableRandom random);

    /** Selection sampling: each cell is taken with the odds that are left, so that all subsets are equally likely. */
    private static void drawExactly(int count, boolean[] removed, int cells, SplittableRandom random) {
        int missing = count;
        for (int cell = 0; cell < cells; cell++) {
            removed[cell] = random.nextInt(cells - cell) < missing;
            missing -= removed[cell] ? 1 : 0;
        }
    }
}
