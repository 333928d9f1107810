package io.github.otnn.core.linalg;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Elementwise;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Björck's iteration towards the nearest semi-orthogonal matrix, run on the small Gram matrix, and its exact pullback.
 *
 * <pre>
 * ordinary:   W = 1.5 W - 0.5 W W^T W,   each singular value x = 1.5 x - 0.5 x^3
 * here:       G = W W^T once, then K steps on matrices of the small side, result A_K W
 * final step: (1.5 I - 0.5 Y Y^T) Y with Y = A_K W
 * </pre>
 *
 * The big matrix is touched twice, four times with the final step, instead of twice per iteration. Badly conditioned
 * matrices take several such runs. A matrix far from orthogonal is first divided by a power of 2^(1/4) above its largest
 * singular value over 1.2; that divisor is piecewise constant, its derivative is 0 wherever it exists, and the pullback is
 * exact without a term for it.
 *
 * <p>Holds its working memory: one instance a matrix, one thread at a time.
 *
 * @see <a href="https://doi.org/10.1137/0708036">Björck, Bowie 1971</a>
 * @see <a href="https://arxiv.org/abs/1811.05381">Anil, Lucas, Grosse 2019</a>
 */
public final class GramBjorck {
    /** Below this distance |G - I|_F every singular value is in (0, sqrt 2): no rescaling is needed. */
    private static final double NEAR_ORTHOGONAL = 0.9;

    /** Gram matrices outside these limits may have lost digits to the range of float32. */
    private static final double LARGE = 1e12;

    private static final double SMALL = 1e-12;

    private final DataType type;
    private final long rows;
    private final long columns;
    private final BjorckSettings settings;
    private final WorkingMemory memory;
    private final List<GramSegment> segments = new ArrayList<>();
    private double unit = 1;
    private int used;
    private int iterations;

    /** Prepares for matrices {@code [rows, columns]} of this type. */
    public GramBjorck(DataType type, long rows, long columns, BjorckSettings settings) {
        this.type = type;
        this.rows = rows;
        this.columns = columns;
        this.settings = settings;
        this.memory = new WorkingMemory(type);
    }

    /**
     * Computes the result and keeps what {@link #pullback} needs.
     *
     * @param w {@code [rows, columns]}, dense. Not modified, and not to be modified before the pullback.
     * @param result {@code [rows, columns]}, dense, another array. Modified.
     * @throws IllegalArgumentException if w holds NaN or infinite values
     */
    public void project(INDArray w, INDArray result) {
        requireShape(w);
        used = 0;
        iterations = 0;
        unit = 1;
        INDArray current = w;
        while (true) {
            GramSegment segment = segment(used);
            double residual = segment.look(current);
            if (used == 0 && !(residual < LARGE)) {
                current = inUnit(w);
                residual = segment.look(current);
            }
            if (used == 0 && settings.rescale() && residual > NEAR_ORTHOGONAL) {
                double bound = segment.gramBound();
                if (bound < SMALL && unit == 1) {
                    current = inUnit(w);
                    segment.look(current);
                    bound = segment.gramBound();
                }
                if (bound == 0) {
                    result.assign(0);
                    return;
                }
                // the largest singular value lands in [top / r^(1/16) / 2^(1/4), top], r the small side
                double top = settings.steps() == BjorckSettings.Steps.CUBIC ? 1.2 : 1;
                segment.rescale(Math.pow(2, Math.ceil(4 * Math.log(Math.sqrt(bound) / top) / Math.log(2)) / 4));
            }
            used++;
            int left = settings.iterationLimit() - iterations;
            iterations += segment.iterate(settings.tolerance(), left, lead(segment.residual()));
            if (segment.residual() <= settings.tolerance() || iterations >= settings.iterationLimit()) {
                if (settings.finalStep()) {
                    segment.applyWithFinalStep(current, result);
                } else {
                    segment.apply(current, result);
                }
                return;
            }
            INDArray next = memory.array("input of segment " + used, rows, columns);
            segment.apply(current, next);
            current = next;
        }
    }

    /**
     * Pulls a cotangent of the last result back to w, through every step.
     *
     * @param w the matrix given to {@link #project}. Not modified.
     * @param cotangent {@code [rows, columns]}. Not modified.
     * @param gradient {@code [rows, columns]}, another array. Modified.
     */
    public void pullback(INDArray w, INDArray cotangent, INDArray gradient) {
        if (used == 0) {
            // the zero matrix has no direction to go back to
            gradient.assign(0);
            return;
        }
        INDArray incoming = cotangent;
        for (int i = used - 1; i > 0; i--) {
            INDArray outgoing = memory.array("cotangent of segment " + i, rows, columns);
            segment(i).pullback(memory.array("input of segment " + i, rows, columns), incoming, outgoing);
            incoming = outgoing;
        }
        if (unit == 1) {
            segment(0).pullback(w, incoming, gradient);
        } else {
            segment(0).pullback(memory.array("in unit", rows, columns), incoming, gradient);
            gradient.muli(1 / unit);
        }
    }

    /** Quintic steps only pay while singular values are far from 1; below the limit a few cubic ones do. */
    private List<StepPolynomial> lead(double residual) {
        boolean quintic = settings.steps() == BjorckSettings.Steps.QUINTIC && residual > NEAR_ORTHOGONAL;
        return quintic ? StepPolynomial.QUINTIC_ROUND : List.of();
    }

    /** The matrix divided by a power of two near its largest entry: its squares stay within the range of the type. */
    private INDArray inUnit(INDArray w) {
        Tensors.requireFinite("GramBjorck [" + rows + ", " + columns + "]", w);
        unit = SpectralBound.powerOfTwoNear(w);
        INDArray scaled = memory.array("in unit", rows, columns);
        Elementwise.scale(w, 1 / unit, scaled);
        return scaled;
    }

    /** Iterations that the last projection took, without the final step. */
    public int iterations() {
        return iterations;
    }

    /** {@code |G - I|_F} before the final step of the last projection; 0 for a matrix of zeros. */
    public double residual() {
        return used == 0 ? 0 : segment(used - 1).residual();
    }

    private GramSegment segment(int index) {
        while (segments.size() <= index) {
            segments.add(new GramSegment(type, rows, columns));
        }
        return segments.get(index);
    }

    private void requireShape(INDArray w) {
        if (w.rank() != 2 || w.size(0) != rows || w.size(1) != columns) {
            throw new ShapeMismatchException(
                    "GramBjorck", "[" + rows + ", " + columns + "]", Arrays.toString(w.shape()));
        }
    }
}
