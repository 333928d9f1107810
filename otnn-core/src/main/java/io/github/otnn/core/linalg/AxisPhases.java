package io.github.otnn.core.linalg;

import java.util.Arrays;

/**
 * One axis without its stride: the input split into its phases, so that window i reads with tap a the pixel
 * {@code i + shift} of one phase.
 *
 * <pre>a dilation - before = shift stride + phase</pre>
 *
 * On a period of N the convolution is diagonal in frequencies. Zero padding: with N at least the smaller of pixels per
 * phase and windows, plus the reach of the shifts, minus 1, nothing wraps around, so the convolution is a compression of
 * the periodic one and has at most its norm. The periodic one may also change sign (half-step frequencies) from period to
 * period, for the same reason. Circular border: with g = gcd(stride, size), windows start on multiples of g, so the
 * convolution picks windows, each at most {@code repeats} times, from that of stride g, which is periodic on N = size / g.
 *
 * @param tapSlots for each tap the index of its shift in {@code shifts}
 * @param tapPhases for each tap its phase
 * @param shifts different shifts, ascending
 * @param phases number of phases that are read at all
 * @param period N
 * @param repeats most often that one window of the periodic convolution occurs
 * @param zeros whether the border holds zeros
 * @param exact whether the periodic convolution has the norm of the given one
 */
record AxisPhases(
        int[] tapSlots,
        int[] tapPhases,
        int[] shifts,
        int phases,
        int period,
        int repeats,
        boolean zeros,
        boolean exact) {

    static AxisPhases of(ConvolutionAxis axis) {
        int step = axis.isCircular() ? gcd(axis.stride(), axis.size()) : axis.stride();
        long[] offsets = new long[axis.kernel()];
        for (int tap = 0; tap < offsets.length; tap++) {
            offsets[tap] = (long) tap * axis.dilation() - axis.before();
        }
        long[] phases = Arrays.stream(offsets)
                .map(o -> Math.floorMod(o, (long) step))
                .distinct()
                .toArray();
        long[] shifts = Arrays.stream(offsets)
                .map(o -> Math.floorDiv(o, (long) step))
                .distinct()
                .toArray();
        int[] slots = new int[offsets.length];
        int[] phaseOf = new int[offsets.length];
        for (int tap = 0; tap < offsets.length; tap++) {
            slots[tap] = indexOf(shifts, Math.floorDiv(offsets[tap], (long) step));
            phaseOf[tap] = indexOf(phases, Math.floorMod(offsets[tap], (long) step));
        }
        return axis.isCircular()
                ? circular(axis, step, slots, phaseOf, shifts, phases.length)
                : zeroPadded(axis, step, slots, phaseOf, shifts, phases.length);
    }

    /** One tap that stays where it is, for an axis that needs no frequencies. */
    static AxisPhases none(int taps) {
        int[] each = new int[taps];
        Arrays.setAll(each, tap -> tap);
        return new AxisPhases(each, new int[taps], each, 1, 1, 1, false, true);
    }

    private static AxisPhases circular(
            ConvolutionAxis axis, int step, int[] slots, int[] phaseOf, long[] shifts, int phases) {
        int period = axis.size() / step;
        int repeats = (axis.windows() + period - 1) / period;
        int[] reduced = Arrays.stream(shifts)
                .mapToInt(shift -> (int) Math.floorMod(shift, (long) period))
                .toArray();
        boolean exact = axis.windows() % period == 0;
        return new AxisPhases(slots, phaseOf, reduced, phases, period, repeats, false, exact);
    }

    private static AxisPhases zeroPadded(
            ConvolutionAxis axis, int step, int[] slots, int[] phaseOf, long[] shifts, int phases) {
        // shifts that are multiples of one number fall apart into convolutions that never meet
        long common = 0;
        for (long shift : shifts) {
            common = gcd(common, shift - shifts[0]);
        }
        long apart = Math.max(1, common);
        int[] reduced = Arrays.stream(shifts)
                .mapToInt(shift -> Math.toIntExact((shift - shifts[0]) / apart))
                .toArray();
        long pixels = (axis.size() + step - 1L) / step;
        long length = (Math.min(pixels, axis.windows()) + apart - 1) / apart;
        int reach = reduced[reduced.length - 1];
        int period = reach == 0 ? 1 : Math.toIntExact(length + reach);
        return new AxisPhases(slots, phaseOf, reduced, phases, period, 1, true, false);
    }

    /** How much the border of the periodic convolution counts: 1 if not at all. */
    double looseness() {
        if (exact || period == 1 && repeats == 1) {
            return 1;
        }
        // circular windows that do not come full circle share nothing with the bound but its upper side
        return canHalfStep() ? period / (double) (period - shifts[shifts.length - 1]) : Double.POSITIVE_INFINITY;
    }

    /** Whether the period may change sign, as with zeros around it. */
    boolean canHalfStep() {
        return zeros && period > 1;
    }

    /** Frequency in radians. */
    double frequency(int index, boolean halfStep) {
        return 2 * Math.PI * (index + (halfStep ? 0.5 : 0)) / period;
    }

    /** Number of frequencies from which the others follow by conjugation. */
    int halfCount(boolean halfStep) {
        return halfStep ? (period + 1) / 2 : period / 2 + 1;
    }

    /** Whether a frequency is its own conjugate, 0 or pi. */
    boolean isReal(int index, boolean halfStep) {
        int twice = 2 * index + (halfStep ? 1 : 0);
        return twice == 0 || twice == period;
    }

    private static int indexOf(long[] values, long value) {
        int index = 0;
        while (values[index] != value) {
            index++;
        }
        return index;
    }

    private static int gcd(int a, int b) {
        return (int) gcd((long) a, (long) b);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
