package io.github.otnn.xai.metric;

/** How maps are scaled before they are compared. Maps of zeros stay as they are. */
public enum MapNormalization {
    /** Not at all: distances keep the unit of the maps. */
    NONE {
        @Override
        double scale(double[] map) {
            return 1;
        }
    },
    /** To an L2 norm of 1. */
    UNIT_L2 {
        @Override
        double scale(double[] map) {
            double squares = 0;
            for (double value : map) {
                squares += value * value;
            }
            return Math.sqrt(squares);
        }
    },
    /** To a largest size of 1. */
    MAX_ABS {
        @Override
        double scale(double[] map) {
            double largest = 0;
            for (double value : map) {
                largest = Math.max(largest, Math.abs(value));
            }
            return largest;
        }
    };

    abstract double scale(double[] map);

    /** The map scaled, a new array; itself where nothing changes. */
    double[] apply(double[] map) {
        double scale = scale(map);
        if (this == NONE || scale == 0) {
            return map;
        }
        double[] scaled = new double[map.length];
        for (int p = 0; p < map.length; p++) {
            scaled[p] = map[p] / scale;
        }
        return scaled;
    }
}
