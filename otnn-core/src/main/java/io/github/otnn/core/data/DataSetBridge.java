package io.github.otnn.core.data;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Ways between {@link LabelledData} and ND4J's {@link DataSetIterator}, for applications that load or consume data through
 * ND4J. Stateless; the iterators belong to one thread.
 *
 * <p>Arrays keep their axes: images of this library are {@code [n, height, width, channels]}, while ND4J's own image readers
 * give {@code [n, channels, height, width]}; change those by {@code permute(0, 2, 3, 1)} in a preprocessor of the iterator.
 */
public final class DataSetBridge {
    private DataSetBridge() {}

    /** {@link #collect(DataSetIterator, DataType)} as FLOAT. */
    public static LabelledData collect(DataSetIterator iterator) {
        return collect(iterator, DataType.FLOAT);
    }

    /**
     * Copies all batches that the iterator still has; it is not reset before or after. Labels are taken as they are, one-hot
     * rows stay one-hot. Class names are the iterator's, if it has any. Needs memory for the data twice.
     *
     * @param type FLOAT or DOUBLE, of both arrays
     * @throws ShapeMismatchException if the batches differ in shape, naming the batch
     * @throws IllegalArgumentException if there is no batch, or a batch lacks an array, has masks or values that aren't finite
     */
    public static LabelledData collect(DataSetIterator iterator, DataType type) {
        List<INDArray> features = new ArrayList<>();
        List<INDArray> labels = new ArrayList<>();
        for (int batch = 0; iterator.hasNext(); batch++) {
            DataSet data = iterator.next();
            if (data.getFeaturesMaskArray() != null || data.getLabelsMaskArray() != null) {
                throw new IllegalArgumentException("batch " + batch
                        + ": masks (series of different lengths) aren't supported; cut or pad the series");
            }
            // copied at once: an iterator may use its memory again for the next batch
            features.add(copy("batch " + batch + " features", data.getFeatures(), features, type));
            labels.add(copy("batch " + batch + " labels", data.getLabels(), labels, type));
        }
        if (features.isEmpty()) {
            throw new IllegalArgumentException("iterator: expected at least one batch, got none; call reset() first");
        }
        List<String> names = iterator.getLabels();
        return LabelledData.of(join(features, type), join(labels, type), names == null ? List.of() : names, type);
    }

    /**
     * Iterator over the samples in order. It hands out copies, in the type of the data; the last batch may be smaller.
     *
     * @param data one-hot labels, which ND4J's own losses expect, come from {@link LabelledData#withOneHotLabels}
     * @param batchSize at least 1
     */
    public static DataSetIterator iterate(LabelledData data, int batchSize) {
        return new LabelledDataIterator(data, batchSize, epoch -> inOrder(data.size()));
    }

    /** The same in random order: a new one after each reset, in the sequence that the seed determines. */
    public static DataSetIterator iterateShuffled(LabelledData data, int batchSize, long seed) {
        return new LabelledDataIterator(data, batchSize, epoch -> data.shuffledRows(seed, epoch));
    }

    private static int[] inOrder(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private static INDArray copy(String where, @Nullable INDArray array, List<INDArray> before, DataType type) {
        if (array == null || array.isEmpty()) {
            throw new IllegalArgumentException(
                    where + ": expected an array, got " + (array == null ? "none" : "an empty one"));
        }
        if (!before.isEmpty() && !sameSample(before.get(0).shape(), array.shape())) {
            throw new ShapeMismatchException(
                    where,
                    "samples as in batch 0, " + Arrays.toString(before.get(0).shape()),
                    Arrays.toString(array.shape()));
        }
        INDArray copy = Tensors.uninitialized(type, array.shape());
        copy.assign(array);
        return copy;
    }

    private static boolean sameSample(long[] first, long[] other) {
        return first.length == other.length && Arrays.equals(first, 1, first.length, other, 1, other.length);
    }

    private static INDArray join(List<INDArray> batches, DataType type) {
        if (batches.size() == 1) {
            return batches.get(0);
        }
        long[] shape = batches.get(0).shape().clone();
        shape[0] = batches.stream().mapToLong(batch -> batch.size(0)).sum();
        INDArray joined = Tensors.uninitialized(type, shape);
        long row = 0;
        for (INDArray batch : batches) {
            Tensors.rows(joined, row, row + batch.size(0)).assign(batch);
            row += batch.size(0);
            batch.close();
        }
        return joined;
    }
}
