package io.github.otnn.examples.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LevelSetsTest {
    @Test
    void circleIsOneClosedChainAtItsRadius() {
        int size = 101;
        double[][] values = new double[size][size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                values[row][column] = Math.hypot(-2 + 0.04 * column, -2 + 0.04 * row);
            }
        }
        LevelSets levels = new LevelSets(values, -2, 0.04);
        List<LevelSets.Segment> segments = levels.at(1.3);
        double length = 0;
        for (LevelSets.Segment segment : segments) {
            assertThat(Math.hypot(segment.x1(), segment.y1())).isCloseTo(1.3, within(1e-3));
            length += Math.hypot(segment.x2() - segment.x1(), segment.y2() - segment.y1());
        }
        assertThat(length).isCloseTo(2 * Math.PI * 1.3, within(1e-2));
        List<List<double[]>> chains = LevelSets.chains(segments);
        assertThat(chains).hasSize(1);
        assertThat(chains.get(0)).hasSize(segments.size() + 1);
        assertThat(levels.at(9)).isEmpty();
    }

    @Test
    void saddleIsCutByTheValueAtItsCentre() {
        LevelSets above = new LevelSets(new double[][] {{1, -1}, {-1, 1.5}}, 0, 1);
        LevelSets below = new LevelSets(new double[][] {{1, -1}, {-1, 0.5}}, 0, 1);
        // centre positive: the positive corners are joined, the lines cut off the negative ones
        assertThat(above.at(0))
                .hasSize(2)
                .allSatisfy(segment -> assertThat(Math.min(
                                Math.hypot(segment.x1() - 1, segment.y1()), Math.hypot(segment.x1(), segment.y1() - 1)))
                        .isLessThan(0.65));
        assertThat(below.at(0))
                .hasSize(2)
                .allSatisfy(segment -> assertThat(Math.min(
                                Math.hypot(segment.x1(), segment.y1()), Math.hypot(segment.x1() - 1, segment.y1() - 1)))
                        .isLessThan(0.65));
    }
}
