package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColourMapTest {
    private static final int WHITE = 0xFFFFFF;

    @ParameterizedTest
    @EnumSource(names = {"RED_WHITE_GREEN", "BLUE_WHITE_RED"})
    void middleOfADivergingMapIsExactlyWhite(ColourMap map) {
        assertThat(map.diverging()).isTrue();
        assertThat(map.colour(0.5)).isEqualTo(WHITE);
        assertThat(map.colour(0.49)).isNotEqualTo(WHITE);
        assertThat(map.colour(0.51)).isNotEqualTo(WHITE);
    }

    @ParameterizedTest
    @EnumSource(names = {"RED_WHITE_GREEN", "BLUE_WHITE_RED"})
    void divergingMapDarkensTowardsBothEnds(ColourMap map) {
        for (int i = 1; i <= 100; i++) {
            assertThat(luminance(map.colour(0.5 + i / 200.0))).isLessThan(luminance(map.colour(0.5 + (i - 1) / 200.0)));
            assertThat(luminance(map.colour(0.5 - i / 200.0))).isLessThan(luminance(map.colour(0.5 - (i - 1) / 200.0)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GREYS", "VIRIDIS"})
    void sequentialMapBrightensAllTheWay(ColourMap map) {
        assertThat(map.diverging()).isFalse();
        for (int i = 1; i <= 100; i++) {
            assertThat(luminance(map.colour(i / 100.0))).isGreaterThan(luminance(map.colour((i - 1) / 100.0)));
        }
    }

    @Test
    void signsHaveTheirNamedColours() {
        assertThat(ColourMap.RED_WHITE_GREEN.colour(0.25)).isEqualTo(0xE02020);
        assertThat(ColourMap.RED_WHITE_GREEN.colour(0.75)).isEqualTo(0x1FA83C);
        assertThat(ColourMap.BLUE_WHITE_RED.colour(0)).isEqualTo(0x053061);
        assertThat(ColourMap.BLUE_WHITE_RED.colour(1)).isEqualTo(0x67001F);
        assertThat(ColourMap.VIRIDIS.colour(0)).isEqualTo(0x440154);
        assertThat(ColourMap.VIRIDIS.colour(1)).isEqualTo(0xFDE725);
        assertThat(ColourMap.GREYS.colour(0.2)).isEqualTo(0x333333);
        assertThat(ColourMap.GREYS_REVERSED.colour(0.2)).isEqualTo(0xCCCCCC);
    }

    @Test
    void rejectsPlacesOutsideTheMap() {
        assertThatThrownBy(() -> ColourMap.GREYS.colour(1.1)).hasMessage("GREYS: position must be in [0, 1], got 1.1");
        assertThatThrownBy(() -> ColourMap.GREYS.colour(Double.NaN))
                .hasMessage("GREYS: position must be in [0, 1], got NaN");
    }

    private static double luminance(int colour) {
        return 0.2126 * (colour >> 16) + 0.7152 * (colour >> 8 & 0xFF) + 0.0722 * (colour & 0xFF);
    }
}
