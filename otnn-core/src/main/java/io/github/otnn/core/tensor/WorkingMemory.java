package io.github.otnn.core.tensor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays that a hot loop uses again and again: each named slot is allocated once, grows when a larger batch comes, and
 * serves smaller ones as views. A fresh array costs 10 to 50 times the operation that fills it.
 *
 * <p>Belongs to one thread at a time. What a slot holds stays valid until the same slot is asked for again.
 */
public final class WorkingMemory {
    private final DataType type;
    private final Map<Object, Slot> slots = new HashMap<>();
    private final Map<Object, RepeatedCall> calls = new HashMap<>();
    private final Map<Object, RememberedView> views = new HashMap<>();

    /** Creates an empty memory for arrays of this type. */
    public WorkingMemory(DataType type) {
        this.type = type;
    }

    /** Type of the arrays. */
    public DataType type() {
        return type;
    }

    /** Array of this shape in the slot, with undefined content. */
    public INDArray array(Object slot, long... shape) {
        return slots.computeIfAbsent(slot, key -> new Slot()).as(type, shape);
    }

    /** Row {@code [1, length]} of ones. */
    public INDArray ones(long length) {
        Slot slot = slots.computeIfAbsent("ones", key -> new Slot());
        if (slot.capacity() < length) {
            slot.as(type, 1, length);
            slot.fill(1);
        }
        return slot.as(type, 1, length);
    }

    /** The operation of this slot, prepared when it has run before. */
    public RepeatedCall call(Object slot) {
        return calls.computeIfAbsent(slot, key -> new RepeatedCall());
    }

    /** View of a dense array in another shape; the slot remembers the last one. */
    public INDArray view(Object slot, INDArray dense, long... shape) {
        return views.computeIfAbsent(slot, key -> new RememberedView()).as(dense, shape);
    }

    /** Values held, in all slots together. */
    public long length() {
        return slots.values().stream().mapToLong(Slot::capacity).sum();
    }

    private static final class Slot {
        private INDArray vector;
        private final Map<ShapeKey, INDArray> views = new HashMap<>();

        private INDArray as(DataType type, long... shape) {
            long length = 1;
            for (long size : shape) {
                length = Math.multiplyExact(length, size);
            }
            if (capacity() < length) {
                views.clear();
                // the old array is left to the garbage collector: somebody may still read it
                vector = Tensors.uninitialized(type, length);
            }
            return views.computeIfAbsent(new ShapeKey(shape.clone()), key -> Tensors.view(vector, 0, shape));
        }

        private void fill(double value) {
            vector.assign(value);
        }

        private long capacity() {
            return vector == null ? 0 : vector.length();
        }
    }

    private record ShapeKey(long[] shape) {
        @Override
        public boolean equals(Object other) {
            return other instanceof ShapeKey key && Arrays.equals(shape, key.shape);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(shape);
        }
    }
}
