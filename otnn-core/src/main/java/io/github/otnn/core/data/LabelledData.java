package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.tensor.ArrayBytes;
import io.github.otnn.core.tensor.Tensors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Samples and their labels, in memory. Immutable as long as the arrays given to it are left alone; reading is thread-safe.
 *
 * <p>Label conventions, here and in every loss: a class index {@code [n]} or {@code [n, 1]}; a one-hot row {@code [n,
 * classes]}; for two classes a sign {@code [n]} or {@code [n, 1]}, 1 or -1, where 0 reads as -1; for several independent labels
 * a row of signs {@code [n, labels]}.
 */
public final class LabelledData {
    private final INDArray features;
    private final INDArray labels;
    private final List<String> classNames;

    private LabelledData(INDArray features, INDArray labels, List<String> classNames) {
        this.features = features;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
    }

    /**
     * Wraps arrays, without a copy where they are dense and of the wanted type already.
     *
     * @param features {@code [n, ...]}, finite
     * @param labels {@code [n]} or {@code [n, k]}, finite
     * @param classNames names by class index, empty if there are none
     * @param type FLOAT or DOUBLE, of both arrays
     */
    public static LabelledData of(INDArray features, INDArray labels, List<String> classNames, DataType type) {
        if (features.isEmpty() || features.length() == 0) {
            throw new IllegalArgumentException("LabelledData: expected at least one sample, got none");
        }
        if (features.rank() < 2) {
            throw new ShapeMismatchException("LabelledData features", "[n, ...]", Arrays.toString(features.shape()));
        }
        if (labels.rank() < 1 || labels.rank() > 2 || labels.size(0) != features.size(0)) {
            throw new ShapeMismatchException(
                    "LabelledData labels",
                    "[" + features.size(0) + "] or [" + features.size(0) + ", k]",
                    Arrays.toString(labels.shape()));
        }
        INDArray denseFeatures = Tensors.dense(features, type);
        INDArray denseLabels =
                Tensors.dense(labels.rank() == 1 ? labels.reshape('c', labels.length(), 1) : labels, type);
        Tensors.requireFinite("LabelledData features", denseFeatures);
        Tensors.requireFinite("LabelledData labels", denseLabels);
        return new LabelledData(denseFeatures, denseLabels, classNames);
    }

    /** FLOAT data without class names. */
    public static LabelledData of(INDArray features, INDArray labels) {
        return of(features, labels, List.of(), DataType.FLOAT);
    }

    /** Number of samples. */
    public int size() {
        return Math.toIntExact(features.size(0));
    }

    /** Shape of one sample. */
    public Shape featureShape() {
        return Shape.ofSample(features.shape());
    }

    /** Samples {@code [n, ...]}; not to be modified. */
    public INDArray features() {
        return features;
    }

    /** Labels {@code [n, k]}; not to be modified. */
    public INDArray labels() {
        return labels;
    }

    /** Names by class index; empty if there are none. */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Class index of each sample: the label itself (so 1 or -1 where labels are signs), or the place of the largest value of a
     * one-hot row.
     */
    public int[] classIndices() {
        double[] values = Tensors.toDoubles(labels);
        int columns = (int) labels.size(1);
        int[] indices = new int[size()];
        for (int i = 0; i < indices.length; i++) {
            if (columns == 1) {
                if (values[i] != Math.rint(values[i])) {
                    throw new IllegalArgumentException(
                            "label " + values[i] + " at row " + i + " is no class index; expected a whole number");
                }
                indices[i] = (int) values[i];
            } else {
                for (int k = 1; k < columns; k++) {
                    if (values[i * columns + k] > values[i * columns + indices[i]]) {
                        indices[i] = k;
                    }
                }
            }
        }
        return indices;
    }

    /**
     * The same features, not copied, with each class index turned into a one-hot row.
     *
     * @param classCount length of a row, at least 2
     * @throws IllegalArgumentException if a label is no whole number in {@code [0, classCount)}, naming its row; also for signs
     * @throws ShapeMismatchException if the labels are rows already, but not of this length
     */
    public LabelledData withOneHotLabels(int classCount) {
        if (classCount < 2) {
            throw new IllegalArgumentException("classCount: expected at least 2, got " + classCount);
        }
        if (labels.size(1) == classCount) {
            return this;
        }
        if (labels.size(1) != 1) {
            throw new ShapeMismatchException(
                    "labels", "[n, 1] or [n, " + classCount + "]", Arrays.toString(labels.shape()));
        }
        double[] values = Tensors.toDoubles(labels);
        INDArray rows = Tensors.zeros(labels.dataType(), values.length, classCount);
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < classCount && values[i] == Math.rint(values[i]))) {
                throw new IllegalArgumentException("label " + values[i] + " at row " + i + " is outside the "
                        + classCount + " classes 0.." + (classCount - 1));
            }
            rows.putScalar(i, (long) values[i], 1);
        }
        return new LabelledData(features, rows, classNames);
    }

    /** Copy of chosen samples, in the order of {@code rows}. */
    public LabelledData subset(int... rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("subset: expected at least one row, got none");
        }
        INDArray someFeatures =
                Tensors.uninitialized(features.dataType(), featureShape().batch(rows.length));
        INDArray someLabels = Tensors.uninitialized(labels.dataType(), rows.length, labels.size(1));
        gather(rows, someFeatures, someLabels);
        return new LabelledData(someFeatures, someLabels, classNames);
    }

    /** View on samples {@code [from, to)}. */
    public LabelledData range(int from, int to) {
        if (from < 0 || to > size() || from >= to) {
            throw new IllegalArgumentException(
                    "range: expected 0 <= from < to <= " + size() + ", got [" + from + ", " + to + ")");
        }
        return new LabelledData(Tensors.rows(features, from, to), Tensors.rows(labels, from, to), classNames);
    }

    /**
     * Copies chosen samples into given arrays.
     *
     * @param into {@code [rows.length, ...]}, dense, same type. Modified.
     * @param labelsInto {@code [rows.length, k]}. Modified.
     * @throws IndexOutOfBoundsException if a row is outside the data
     */
    public void gather(int[] rows, INDArray into, INDArray labelsInto) {
        for (int row : rows) {
            Objects.checkIndex(row, size());
        }
        Tensors.gatherRows(features, rows, into);
        Tensors.gatherRows(labels, rows, labelsInto);
    }

    /**
     * SHA-256 of the samples and labels with their type and shapes, in hexadecimal: equal digests, equal data. Class names do
     * not count.
     */
    public String digest() {
        MessageDigest sha256 = ArrayBytes.sha256();
        for (INDArray array : List.of(features, labels)) {
            String header = array.dataType() + " " + Arrays.toString(array.shape()) + "\n";
            sha256.update(header.getBytes(StandardCharsets.US_ASCII));
            ArrayBytes.read(array, sha256::update);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** All row numbers in random order; equal seeds give equal orders. */
    public int[] shuffledRows(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[size()];
        for (int i = 0; i < rows.length; i++) {
            int j = random.nextInt(i + 1);
            rows[i] = rows[j];
            rows[j] = i;
        }
        return rows;
    }

    /** The order of one pass among many: equal seeds give equal sequences of orders, and each pass has its own. */
    public int[] shuffledRows(long seed, int epoch) {
        // an odd multiplier keeps different seeds apart, and makes the orders of neighbouring seeds unrelated
        return shuffledRows(seed * 0x9E3779B97F4A7C15L + epoch);
    }
}
