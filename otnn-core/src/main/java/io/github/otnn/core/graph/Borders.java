package io.github.otnn.core.graph;

import io.github.otnn.core.linalg.ConvolutionAxis;
import java.util.ArrayList;
import java.util.List;

/** The borders of circular convolutions, in slices and sums: convolutions themselves know only zeros. */
final class Borders {
    private static final int ROWS = 0;
    private static final int COLUMNS = 1;

    private Borders() {}

    /** The axis of an image that has its border already. */
    static ConvolutionAxis framed(ConvolutionAxis axis) {
        int size = axis.before() + axis.size() + axis.after();
        return ConvolutionAxis.zeroPadded(axis.kernel(), axis.stride(), axis.dilation(), 0, 0, size);
    }

    /** Puts the border around an image. */
    static Operand around(Operand x, ConvolutionAxis rows, ConvolutionAxis columns) {
        return around(around(x, ROWS, rows), COLUMNS, columns);
    }

    private static Operand around(Operand x, int axis, ConvolutionAxis window) {
        if (window.border() == ConvolutionAxis.Border.ZEROS) {
            return x.pad(axis, window.before(), window.after());
        }
        int size = window.size();
        List<Operand> runs = new ArrayList<>();
        for (int place = -window.before(); place < size + window.after(); ) {
            int from = Math.floorMod(place, size);
            int length = Math.min(size - from, size + window.after() - place);
            runs.add(x.slice(axis, from, from + length));
            place += length;
        }
        return runs.get(0).concatenate(axis, runs.subList(1, runs.size()));
    }

    /** The adjoint of {@link #around}: adds what lies on the border to the pixels that it shows. */
    static Operand addedBack(Operand framed, ConvolutionAxis rows, ConvolutionAxis columns) {
        return addedBack(addedBack(framed, ROWS, rows), COLUMNS, columns);
    }

    private static Operand addedBack(Operand framed, int axis, ConvolutionAxis window) {
        int before = window.before();
        int size = window.size();
        int length = before + size + window.after();
        Operand sum = framed.slice(axis, before, before + size);
        if (window.border() == ConvolutionAxis.Border.ZEROS) {
            return sum;
        }
        for (int turn = Math.floorDiv(-before, size); before + turn * size < length; turn++) {
            int start = before + turn * size;
            int from = Math.max(0, start);
            int to = Math.min(length, start + size);
            if (turn != 0) {
                Operand part = framed.slice(axis, from, to).pad(axis, from - start, start + size - to);
                sum = sum.combine(Arithmetic.ADD, part);
            }
        }
        return sum;
    }
}
