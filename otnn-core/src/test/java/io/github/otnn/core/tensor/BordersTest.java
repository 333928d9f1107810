package io.github.otnn.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.core.testing.ArrayAssertions;
import io.github.otnn.core.testing.FiniteDifferences;
import io.github.otnn.core.testing.Tolerances;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class BordersTest {
    private static final int[] ROWS = {Borders.NOTHING, 2, 0, 1, 2, 0, Borders.NOTHING};
    private static final int[] COLUMNS = {3, 0, 1, 2, 3, 0, Borders.NOTHING, Borders.NOTHING, 2};

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void framesMatchPlainLoopsAndAddingBackIsTheAdjoint(DataType type) {
        INDArray x = FiniteDifferences.gaussian(type, 1, 2, 3, 4, 2);
        INDArray framed = FiniteDifferences.gaussian(type, 2, 2, ROWS.length, COLUMNS.length, 2);
        Borders.frame(x, ROWS, COLUMNS, framed);
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < ROWS.length; i++) {
                for (int j = 0; j < COLUMNS.length; j++) {
                    for (int c = 0; c < 2; c++) {
                        boolean empty = ROWS[i] == Borders.NOTHING || COLUMNS[j] == Borders.NOTHING;
                        double expected = empty ? 0 : x.getDouble(n, ROWS[i], COLUMNS[j], c);
                        assertThat(framed.getDouble(n, i, j, c)).isEqualTo(expected);
                    }
                }
            }
        }
        INDArray cotangent = FiniteDifferences.gaussian(type, 3, framed.shape());
        INDArray back = Tensors.zeros(type, x.shape());
        Borders.addBack(cotangent, ROWS, COLUMNS, back);
        double tolerance = type == DataType.DOUBLE ? Tolerances.F64_REORDERED : Tolerances.F32_GOLDEN;
        assertThat(FiniteDifferences.dot(back, x))
                .isCloseTo(FiniteDifferences.dot(cotangent, framed), org.assertj.core.api.Assertions.within(tolerance));
        INDArray twice = back.dup();
        Borders.addBack(cotangent, ROWS, COLUMNS, twice);
        ArrayAssertions.assertClose(twice, back.mul(2), tolerance);
    }
}
