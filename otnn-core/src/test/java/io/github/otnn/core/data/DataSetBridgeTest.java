package io.github.otnn.core.data;

import static io.github.otnn.core.testing.ArrayAssertions.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.FiniteDifferences;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

class DataSetBridgeTest {
    private static final LabelledData DATA = LabelledData.of(
            FiniteDifferences.gaussian(DataType.FLOAT, 1, 7, 3, 2, 1),
            Tensors.of(new float[] {0, 1, 2, 0, 1, 2, 0}, 7, 1),
            List.of("a", "b", "c"),
            DataType.FLOAT);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100})
    void survivesTheWayThereAndBack(int batchSize) {
        LabelledData back = DataSetBridge.collect(DataSetBridge.iterate(DATA, batchSize));
        assertSameBits(back.features(), DATA.features());
        assertSameBits(back.labels(), DATA.labels());
        assertThat(back.classNames()).isEqualTo(DATA.classNames());
    }

    @Test
    void oneHotRowsStayOneHot() {
        LabelledData oneHot = DATA.withOneHotLabels(3);
        DataSetIterator iterator = DataSetBridge.iterate(oneHot, 2);
        assertThat(iterator.totalOutcomes()).isEqualTo(3);
        LabelledData back = DataSetBridge.collect(iterator);
        assertSameBits(back.labels(), oneHot.labels());
        assertThat(back.classIndices()).isEqualTo(DATA.classIndices());
    }

    @Test
    void batchesHaveTheirSizeAndTheLastMayBeSmaller() {
        DataSetIterator iterator = DataSetBridge.iterate(DATA, 3);
        assertThat(iterator.batch()).isEqualTo(3);
        assertThat(iterator.inputColumns()).isEqualTo(6);
        assertThat(iterator.totalOutcomes()).isEqualTo(1);
        assertThat(iterator.next().getFeatures().shape()).containsExactly(3, 3, 2, 1);
        assertThat(iterator.next(2).getLabels().shape()).containsExactly(2, 1);
        assertThat(iterator.next().numExamples()).isEqualTo(2);
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("all 7 samples are read; call reset() for another pass");
        assertThatThrownBy(() -> DataSetBridge.iterate(DATA, 3).next(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize: expected at least 1, got 0");
    }

    @Test
    void batchesAreCopies() {
        double[] before = Tensors.toDoubles(DATA.features());
        DataSet batch = DataSetBridge.iterate(DATA, 7).next();
        batch.getFeatures().muli(5);
        batch.getLabels().addi(1);
        assertThat(Tensors.toDoubles(DATA.features())).isEqualTo(before);
        assertThat(DATA.classIndices()).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void shufflesEveryPassAnewAndTheSameForTheSameSeed() {
        DataSetIterator iterator = DataSetBridge.iterateShuffled(DATA, 2, 5);
        double[] first = featuresOf(iterator);
        iterator.reset();
        double[] second = featuresOf(iterator);
        DataSetIterator again = DataSetBridge.iterateShuffled(DATA, 2, 5);
        // trainers reset before they begin
        again.reset();
        assertThat(featuresOf(again)).isEqualTo(first);
        again.reset();
        assertThat(featuresOf(again)).isEqualTo(second).isNotEqualTo(first);
        assertThat(featuresOf(DataSetBridge.iterateShuffled(DATA, 2, 6))).isNotEqualTo(first);
        assertThat(sorted(first)).isEqualTo(sorted(Tensors.toDoubles(DATA.features())));
    }

    @Test
    void shufflingKeepsLabelsWithTheirSamples() {
        INDArray features = Tensors.of(new float[] {0, 10, 20, 30, 40}, 5, 1);
        LabelledData data = LabelledData.of(features, Tensors.of(new float[] {0, 1, 2, 3, 4}, 5, 1));
        LabelledData back = DataSetBridge.collect(DataSetBridge.iterateShuffled(data, 2, 1));
        assertThat(Tensors.toDoubles(back.labels().mul(10))).isEqualTo(Tensors.toDoubles(back.features()));
    }

    @Test
    void appliesThePreprocessor() {
        DataSetIterator iterator = DataSetBridge.iterate(DATA, 4);
        iterator.setPreProcessor(batch -> batch.setFeatures(batch.getFeatures().mul(2)));
        assertThat(iterator.getPreProcessor()).isNotNull();
        assertSameBits(
                DataSetBridge.collect(iterator).features(), DATA.features().mul(2));
        iterator.reset();
        iterator.setPreProcessor(null);
        assertSameBits(DataSetBridge.collect(iterator).features(), DATA.features());
    }

    @Test
    void doesNotOfferReadingAhead() {
        DataSetIterator iterator = DataSetBridge.iterate(DATA, 4);
        assertThat(iterator.asyncSupported()).isFalse();
        assertThat(iterator.resetSupported()).isTrue();
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(iterator))
                .isInstanceOf(NotSerializableException.class);
    }

    @Test
    void givesNoLabelNamesWhereThereAreNone() {
        LabelledData nameless = LabelledData.of(DATA.features(), DATA.labels());
        DataSetIterator iterator = DataSetBridge.iterate(nameless, 4);
        assertThat(iterator.getLabels()).isNull();
        assertThat(DataSetBridge.collect(iterator).classNames()).isEmpty();
    }

    @Test
    void collectsBatchesOfAnyLayoutAndTypeWithoutChangingThem() {
        INDArray fortran = FiniteDifferences.gaussian(DataType.DOUBLE, 2, 3, 4).dup('f');
        INDArray view = FiniteDifferences.gaussian(DataType.DOUBLE, 3, 4, 2).transpose();
        INDArray labels = Tensors.of(new float[] {1, -1, 1}, 3, 1);
        double[] before = Tensors.toDoubles(fortran);
        LabelledData data = DataSetBridge.collect(
                iteratorOver(new DataSet(fortran, labels), new DataSet(view, labels.getRows(0, 1))), DataType.DOUBLE);
        assertThat(data.features().shape()).containsExactly(5, 4);
        assertThat(data.features().dataType()).isEqualTo(DataType.DOUBLE);
        assertThat(Tensors.toDoubles(data.range(0, 3).features())).isEqualTo(before);
        assertThat(Tensors.toDoubles(data.range(3, 5).features())).isEqualTo(Tensors.toDoubles(view));
        assertThat(data.classIndices()).containsExactly(1, -1, 1, 1, -1);
        assertThat(Tensors.toDoubles(fortran)).isEqualTo(before);
    }

    @Test
    void collectedDataDoNotShareTheBatchMemory() {
        INDArray features = FiniteDifferences.gaussian(DataType.FLOAT, 4, 2, 2);
        double[] before = Tensors.toDoubles(features);
        LabelledData data = DataSetBridge.collect(new SingletonDataSetIterator(
                new DataSet(features, Tensors.of(new float[] {0, 1}, 2, 1))));
        features.muli(3);
        assertThat(Tensors.toDoubles(data.features())).isEqualTo(before);
    }

    @Test
    void rejectsIteratorsWithoutBatches() {
        DataSetIterator iterator = DataSetBridge.iterate(DATA, 7);
        iterator.next();
        assertThatThrownBy(() -> DataSetBridge.collect(iterator))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("iterator: expected at least one batch, got none; call reset() first");
    }

    @Test
    void rejectsBatchesThatDifferInShapeNamingTheBatch() {
        INDArray labels = Tensors.of(new float[] {0, 1}, 2, 1);
        DataSetIterator iterator = iteratorOver(
                new DataSet(Tensors.zeros(DataType.FLOAT, 2, 4), labels),
                new DataSet(Tensors.zeros(DataType.FLOAT, 2, 5), labels));
        assertThatThrownBy(() -> DataSetBridge.collect(iterator))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("batch 1 features: expected samples as in batch 0, [2, 4], got [2, 5]");
    }

    @Test
    void rejectsMissingLabelsAndMasks() {
        INDArray features = Tensors.zeros(DataType.FLOAT, 2, 4);
        INDArray labels = Tensors.of(new float[] {0, 1}, 2, 1);
        assertThatThrownBy(() -> DataSetBridge.collect(iteratorOver(new DataSet(features, null))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch 0 labels: expected an array, got none");
        DataSet masked = new DataSet(features, labels, Tensors.zeros(DataType.FLOAT, 2, 1), null);
        assertThatThrownBy(() -> DataSetBridge.collect(iteratorOver(masked)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("batch 0: masks (series of different lengths) aren't supported");
    }

    @Test
    void rejectsBadBatchSize() {
        assertThatThrownBy(() -> DataSetBridge.iterate(DATA, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize: expected at least 1, got 0");
    }

    private static double[] featuresOf(DataSetIterator iterator) {
        return Tensors.toDoubles(DataSetBridge.collect(iterator).features());
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static DataSetIterator iteratorOver(DataSet... batches) {
        Iterator<DataSet> iterator = List.of(batches).iterator();
        return new SingletonDataSetIterator(batches[0]) {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public DataSet next() {
                return iterator.next();
            }
        };
    }
}
