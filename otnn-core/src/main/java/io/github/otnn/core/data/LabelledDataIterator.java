package io.github.otnn.core.data;

import io.github.otnn.core.tensor.Tensors;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Batches of {@link LabelledData} for ND4J, one order of rows per pass over the data. Belongs to one thread. */
final class LabelledDataIterator implements DataSetIterator {
    private static final long serialVersionUID = 1L;

    private final transient LabelledData data;
    private final transient IntFunction<int[]> rowsOfEpoch;
    private final int batchSize;
    private transient @Nullable DataSetPreProcessor preProcessor;
    private int[] rows;
    private int epoch;
    private int position;

    LabelledDataIterator(LabelledData data, int batchSize, IntFunction<int[]> rowsOfEpoch) {
        this.data = data;
        this.batchSize = requirePositive(batchSize);
        this.rowsOfEpoch = rowsOfEpoch;
        this.rows = rowsOfEpoch.apply(0);
    }

    @Override
    public boolean hasNext() {
        return position < rows.length;
    }

    @Override
    public DataSet next() {
        return next(batchSize);
    }

    @Override
    public DataSet next(int count) {
        if (!hasNext()) {
            throw new NoSuchElementException("all " + rows.length + " samples are read; call reset() for another pass");
        }
        int end = (int) Math.min(rows.length, (long) position + requirePositive(count));
        int[] part = Arrays.copyOfRange(rows, position, end);
        INDArray features = Tensors.uninitialized(
                data.features().dataType(), data.featureShape().batch(part.length));
        INDArray labels = Tensors.uninitialized(
                data.labels().dataType(), part.length, data.labels().size(1));
        data.gather(part, features, labels);
        position = end;
        DataSet batch = new DataSet(features, labels);
        if (preProcessor != null) {
            preProcessor.preProcess(batch);
        }
        return batch;
    }

    @Override
    public int inputColumns() {
        return Math.toIntExact(data.featureShape().length());
    }

    @Override
    public int totalOutcomes() {
        return Math.toIntExact(data.labels().size(1));
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    /** False: the data are in memory, a thread that reads ahead would gain nothing. */
    @Override
    public boolean asyncSupported() {
        return false;
    }

    /** Begins the next pass; does nothing where no batch of this one was read, as trainers reset before they begin. */
    @Override
    public void reset() {
        if (position > 0) {
            epoch++;
            rows = rowsOfEpoch.apply(epoch);
            position = 0;
        }
    }

    @Override
    public int batch() {
        return batchSize;
    }

    @Override
    public void setPreProcessor(@Nullable DataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public @Nullable DataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /** Null where there are no names, as ND4J's evaluations expect. */
    @Override
    public @Nullable List<String> getLabels() {
        return data.classNames().isEmpty() ? null : data.classNames();
    }

    /** ND4J's interface is serializable, the arrays of a data set are not meant to travel this way. */
    private void writeObject(ObjectOutputStream stream) throws NotSerializableException {
        throw new NotSerializableException(getClass().getName());
    }

    private static int requirePositive(int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize: expected at least 1, got " + batchSize);
        }
        return batchSize;
    }
}
