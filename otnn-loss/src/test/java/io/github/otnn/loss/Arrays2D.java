package io.github.otnn.loss;

import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Short ways to write the small DOUBLE arrays that tests of losses are made of. */
final class Arrays2D {
    private Arrays2D() {}

    /** {@code [n, 1]}. */
    static INDArray column(double... values) {
        return Tensors.of(DataType.DOUBLE, values, values.length, 1);
    }

    /** {@code [n]}. */
    static INDArray vector(double... values) {
        return Tensors.of(DataType.DOUBLE, values, new long[] {values.length});
    }

    /** {@code [n, columns]}. */
    static INDArray rows(double[]... rows) {
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return Tensors.of(DataType.DOUBLE, values, rows.length, rows[0].length);
    }

    /** One-hot rows {@code [n, classes]} of class indices. */
    static INDArray oneHot(double[] labels, int classes) {
        double[] values = new double[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            values[i * classes + (int) labels[i]] = 1;
        }
        return Tensors.of(DataType.DOUBLE, values, labels.length, classes);
    }

    /** Rows of an array in this order. */
    static INDArray permutedRows(INDArray array, int... order) {
        INDArray permuted = Tensors.uninitialized(array.dataType(), order.length, array.size(1));
        Tensors.gatherRows(array, order, permuted);
        return permuted;
    }

    /** The same values in three memory layouts other than dense C order, where the shape allows it. */
    static INDArray[] otherLayouts(INDArray array) {
        INDArray padded = Tensors.zeros(array.dataType(), array.size(0) + 2, array.size(1));
        INDArray rowView = Tensors.rows(padded, 1, array.size(0) + 1);
        rowView.assign(array);
        return new INDArray[] {
            array.dup('f'), rowView, array.transpose().dup('c').transpose()
        };
    }
}
