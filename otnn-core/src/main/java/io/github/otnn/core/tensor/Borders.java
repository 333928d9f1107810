package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts a border around channels-last images, and the adjoint, which adds what arrived on the border to the pixels it came
 * from.
 *
 * <pre>framed[n,i,j,c] = x[n, rows[i], columns[j], c],   0 where rows[i] or columns[j] is {@link #NOTHING}</pre>
 *
 * For borders that a convolution does not make by itself: circular ones, and zeros that differ between the two sides. x
 * {@code [n, height, width, channels]}, framed {@code [n, rows.length, columns.length, channels]}, dense, both FLOAT or both
 * DOUBLE.
 */
public final class Borders {
    /** Source of a row or column of zeros. */
    public static final int NOTHING = -1;

    private Borders() {}

    /** Copies images into their frame. */
    public static void frame(INDArray x, int[] rows, int[] columns, INDArray framed) {
        Layout layout = Layout.of(x, rows, columns);
        if (x.dataType() == DataType.DOUBLE) {
            copy(Tensors.doubles(x), layout, Tensors.doubles(framed));
        } else {
            copy(Tensors.floats(x), layout, Tensors.floats(framed));
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(framed);
    }

    /** The adjoint of {@link #frame}: adds to each pixel what arrived on its copies. */
    public static void addBack(INDArray framed, int[] rows, int[] columns, INDArray x) {
        Layout layout = Layout.of(x, rows, columns);
        if (x.dataType() == DataType.DOUBLE) {
            addDoubles(framed, layout, x);
        } else {
            addFloats(framed, layout, x);
        }
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(framed);
    }

    private static void copy(FloatBuffer x, Layout layout, FloatBuffer framed) {
        float[] zeros = new float[layout.framedLength()];
        for (int row = 0; row < layout.framedRows(); row++) {
            int to = row * layout.framedLength();
            for (Run run : layout.runs(row)) {
                if (run.from() == NOTHING) {
                    framed.put(to + run.to(), zeros, 0, run.length());
                } else {
                    framed.put(to + run.to(), x, layout.source(row) + run.from(), run.length());
                }
            }
        }
    }

    private static void copy(DoubleBuffer x, Layout layout, DoubleBuffer framed) {
        double[] zeros = new double[layout.framedLength()];
        for (int row = 0; row < layout.framedRows(); row++) {
            int to = row * layout.framedLength();
            for (Run run : layout.runs(row)) {
                if (run.from() == NOTHING) {
                    framed.put(to + run.to(), zeros, 0, run.length());
                } else {
                    framed.put(to + run.to(), x, layout.source(row) + run.from(), run.length());
                }
            }
        }
    }

    private static void addFloats(INDArray framed, Layout layout, INDArray x) {
        float[] image = new float[layout.height() * layout.length()];
        float[] line = new float[layout.framedLength()];
        FloatBuffer in = Tensors.floats(framed);
        FloatBuffer out = Tensors.floats(x);
        for (int n = 0; n < layout.images(); n++) {
            out.get(n * image.length, image);
            for (int i = 0; i < layout.rows().length; i++) {
                if (layout.rows()[i] == NOTHING) {
                    continue;
                }
                in.get((n * layout.rows().length + i) * layout.framedLength(), line);
                int start = layout.rows()[i] * layout.length();
                for (Run run : layout.filled()) {
                    for (int k = 0; k < run.length(); k++) {
                        image[start + run.from() + k] += line[run.to() + k];
                    }
                }
            }
            out.put(n * image.length, image);
        }
    }

    private static void addDoubles(INDArray framed, Layout layout, INDArray x) {
        double[] image = new double[layout.height() * layout.length()];
        double[] line = new double[layout.framedLength()];
        DoubleBuffer in = Tensors.doubles(framed);
        DoubleBuffer out = Tensors.doubles(x);
        for (int n = 0; n < layout.images(); n++) {
            out.get(n * image.length, image);
            for (int i = 0; i < layout.rows().length; i++) {
                if (layout.rows()[i] == NOTHING) {
                    continue;
                }
                in.get((n * layout.rows().length + i) * layout.framedLength(), line);
                int start = layout.rows()[i] * layout.length();
                for (Run run : layout.filled()) {
                    for (int k = 0; k < run.length(); k++) {
                        image[start + run.from() + k] += line[run.to() + k];
                    }
                }
            }
            out.put(n * image.length, image);
        }
    }

    /** Values of a row that are neighbours in the frame and in the image. */
    private record Run(int to, int from, int length) {}

    /** Where rows begin, in values: {@code length} of an image's row, {@code framedLength} of a frame's. */
    private record Layout(
            int images,
            int height,
            int length,
            int framedLength,
            int[] rows,
            List<Run> allRuns,
            List<Run> filled,
            List<Run> empty) {

        static Layout of(INDArray x, int[] rows, int[] columns) {
            int channels = Math.toIntExact(x.size(3));
            int framedLength = Math.multiplyExact(columns.length, channels);
            Math.toIntExact(x.size(0) * rows.length * framedLength);
            List<Run> runs = new ArrayList<>();
            for (int start = 0, end = 0; start < columns.length; start = end) {
                end = start + 1;
                while (end < columns.length && follows(columns[end - 1], columns[end])) {
                    end++;
                }
                int from = columns[start] == NOTHING ? NOTHING : columns[start] * channels;
                runs.add(new Run(start * channels, from, (end - start) * channels));
            }
            return new Layout(
                    Math.toIntExact(x.size(0)),
                    Math.toIntExact(x.size(1)),
                    Math.toIntExact(x.size(2) * channels),
                    framedLength,
                    rows,
                    runs,
                    runs.stream().filter(run -> run.from() != NOTHING).toList(),
                    List.of(new Run(0, NOTHING, framedLength)));
        }

        private static boolean follows(int before, int after) {
            return before == NOTHING ? after == NOTHING : after == before + 1;
        }

        int framedRows() {
            return images * rows.length;
        }

        List<Run> runs(int framedRow) {
            return rows[framedRow % rows.length] == NOTHING ? empty : allRuns;
        }

        /** First value of the image row that a frame's row shows. */
        int source(int framedRow) {
            return (framedRow / rows.length * height + Math.max(0, rows[framedRow % rows.length])) * length;
        }
    }
}
