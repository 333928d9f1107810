package io.github.otnn.layers;

import io.github.otnn.core.Shape;
import io.github.otnn.core.linalg.BjorckSettings;
import io.github.otnn.core.network.Projection;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.tensor.WorkingMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Builds an orthogonal kernel from its raw vector, step by step from the base outwards, and goes the way back. */
final class OrthogonalProjection implements Projection {
    /**
     * Singular values within 4e-7 of 1. A projector off by e costs the smallest singular value of the convolution 4 e, and the
     * matrices are small: one more iteration is cheap.
     */
    private static final BjorckSettings SETTINGS = new BjorckSettings(40, 1e-3, true, true);

    private final OrthogonalLayout layout;
    private final WorkingMemory memory;
    private final Piece base;
    private final List<Piece> projectors = new ArrayList<>();
    private final List<ProjectorStep> steps = new ArrayList<>();
    private final long baseLength;
    private final INDArray[] taps = new INDArray[2];

    OrthogonalProjection(OrthogonalLayout layout, DataType type, SpectralOrthogonal orthogonal) {
        this.layout = layout;
        this.memory = new WorkingMemory(type);
        this.baseLength = layout.baseLength();
        this.base = new Piece(0, layout.outer(), layout.baseColumns(), type, orthogonal);
        long matrix = (long) layout.outer() * layout.inner();
        for (int i = 0; i < layout.projectors(); i++) {
            int size = layout.stride() + i / 2;
            boolean alongRows = i % 2 == 0;
            steps.add(new ProjectorStep(
                    alongRows ? 1 : size + 1,
                    size,
                    alongRows ? size * matrix : matrix,
                    layout.rank(),
                    layout.inner(),
                    // in turn, so that kernels stay centred where the ranks of P and I - P differ
                    i / 2 % 2 == 0 ? ProjectorStep.Direction.FORTH : ProjectorStep.Direction.BACK,
                    memory));
            if (layout.rank() > 0) {
                projectors.add(new Piece(layout.projectorOffset(i), layout.rank(), layout.inner(), type, orthogonal));
            }
        }
        long length = matrix * layout.kernel() * layout.kernel();
        taps[0] = Tensors.zeros(type, length);
        taps[1] = Tensors.zeros(type, length);
    }

    @Override
    public void project(INDArray raw, INDArray effective) {
        base.project(raw);
        projectors.forEach(projector -> projector.project(raw));
        baseTaps(0).assign(baseByTap());
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).compose(tapsBefore(i), projector(i), tapsBefore(i + 1));
        }
        byTap(effective).assign(usedTaps());
    }

    @Override
    public void pullback(INDArray raw, INDArray effectiveGradient, INDArray rawGradient) {
        // the taps themselves are not needed any more: their memory takes the cotangents
        INDArray last = tapsBefore(steps.size());
        if (layout.in() < layout.inner() && !layout.transposed()) {
            last.assign(0);
        }
        usedTaps().assign(byTap(effectiveGradient));
        for (int i = steps.size() - 1; i >= 0; i--) {
            INDArray gradient = layout.rank() > 0 ? projectors.get(i).gradient : null;
            steps.get(i).pullback(tapsBefore(i + 1), projector(i), gradient, tapsBefore(i));
        }
        baseByTap(base.gradient).assign(baseTaps(0));
        base.pullback(raw, rawGradient);
        projectors.forEach(projector -> projector.pullback(raw, rawGradient));
    }

    private @Nullable INDArray projector(int step) {
        return layout.rank() > 0 ? projectors.get(step).value : null;
    }

    /** Taps before this step, or after the last one, as a vector. */
    private INDArray tapsBefore(int step) {
        long length = step == 0 ? baseLength : steps.get(step - 1).lengthAfter();
        return Tensors.view(taps[step % 2], 0, length);
    }

    /** The taps of the finished kernel that are used, {@code [k k, outer, in or out]}. */
    private INDArray usedTaps() {
        long count = (long) layout.kernel() * layout.kernel();
        INDArray all = tapsBefore(steps.size()).reshape('c', count, layout.outer(), layout.inner());
        return layout.transposed() ? all : Tensors.leadingColumns(all, layout.in());
    }

    /** The kernel in the order of {@link #usedTaps}. */
    private INDArray byTap(INDArray kernel) {
        long count = (long) layout.kernel() * layout.kernel();
        INDArray matrices = kernel.reshape('c', count, layout.in(), layout.out());
        return layout.transposed() ? matrices : matrices.permute(0, 2, 1);
    }

    private INDArray baseTaps(int step) {
        return tapsBefore(step).reshape('c', (long) layout.stride() * layout.stride(), layout.outer(), layout.inner());
    }

    private INDArray baseByTap() {
        return baseByTap(base.value);
    }

    /** The base in the order of the taps. */
    private INDArray baseByTap(INDArray matrix) {
        return matrix.reshape('c', layout.outer(), (long) layout.stride() * layout.stride(), layout.inner())
                .permute(1, 0, 2);
    }

    /** One orthogonal matrix of the raw vector. */
    private static final class Piece {
        private final long offset;
        private final Projection projection;
        private final INDArray value;
        private final INDArray gradient;

        Piece(long offset, long rows, long columns, DataType type, SpectralOrthogonal orthogonal) {
            this.offset = offset;
            this.projection = orthogonal.bind(Shape.of(rows, columns), type, SETTINGS);
            this.value = Tensors.zeros(type, rows, columns);
            this.gradient = Tensors.zeros(type, rows, columns);
        }

        void project(INDArray raw) {
            projection.project(in(raw), value);
        }

        void pullback(INDArray raw, INDArray rawGradient) {
            projection.pullback(in(raw), gradient, in(rawGradient));
        }

        private INDArray in(INDArray vector) {
            return Tensors.view(vector, offset, value.shape());
        }
    }
}
