package io.github.otnn.xai.picture;

/** Colours for numbers. Diverging maps are for signed values: their middle, white, is always the value 0. */
public enum ColourMap {
    /** Black to white. */
    GREYS(false, 0x000000, 0xFFFFFF),
    /** White to black: dark is large, as on paper. */
    GREYS_REVERSED(false, 0xFFFFFF, 0x000000),
    /** Dark violet over green to yellow, evenly perceived; for values without sign. */
    VIRIDIS(false, 0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B, 0xFDE725),
    /** Dark blue over cyan, green, yellow to dark red, as in many papers; uneven, VIRIDIS shows sizes better. */
    JET(false, 0x000080, 0x0000FF, 0x0080FF, 0x00FFFF, 0x80FF80, 0xFFFF00, 0xFF8000, 0xFF0000, 0x800000),
    /** Negative red, 0 white, positive green. */
    RED_WHITE_GREEN(true, 0x8B0000, 0xE02020, 0xFFFFFF, 0x1FA83C, 0x00551A),
    /** Negative blue, 0 white, positive red; tells signs apart for colour-blind readers too. */
    BLUE_WHITE_RED(true, 0x053061, 0x2F79B5, 0xFFFFFF, 0xCF4A3E, 0x67001F);

    private final boolean diverging;
    private final int[] stops;

    ColourMap(boolean diverging, int... stops) {
        this.diverging = diverging;
        this.stops = stops;
    }

    /** Whether the middle stands for 0. */
    public boolean diverging() {
        return diverging;
    }

    /**
     * Colour of a place on the map, interpolated linearly between fixed colours.
     *
     * @param position 0 (first colour) to 1 (last colour)
     * @return {@code 0xRRGGBB}
     * @throws IllegalArgumentException if the position is outside or NaN
     */
    public int colour(double position) {
        if (!(position >= 0 && position <= 1)) {
            throw new IllegalArgumentException(this + ": position must be in [0, 1], got " + position);
        }
        double place = position * (stops.length - 1);
        int below = Math.min((int) place, stops.length - 2);
        double share = place - below;
        return mix(16, below, share) | mix(8, below, share) | mix(0, below, share);
    }

    private int mix(int shift, int below, double share) {
        int from = stops[below] >> shift & 0xFF;
        int to = stops[below + 1] >> shift & 0xFF;
        return (int) Math.round(from + share * (to - from)) << shift;
    }
}
