package io.github.otnn.core.tensor;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.factory.Nd4j;

/** Element by element operations into given results; operands and results are dense and of one type. */
public final class Elementwise {
    private static final int BLOCK = 2048;

    private Elementwise() {}

    /** result = factor a. The result may be the operand. */
    public static void scale(INDArray a, double factor, INDArray result) {
        Nd4j.exec(new ScalarMultiplication(a, null, result, factor));
    }

    /** result += factor a. (ND4J's {@code axpy} ignores its factor.) */
    public static void addScaled(INDArray a, double factor, INDArray result) {
        if (factor == 1 || a.dataType() == DataType.DOUBLE) {
            result.addi(factor == 1 ? a : a.mul(factor));
            return;
        }
        FloatBuffer in = Tensors.floats(a);
        FloatBuffer out = Tensors.floats(result);
        float[] values = new float[BLOCK];
        float[] sums = new float[BLOCK];
        float narrow = (float) factor;
        for (int start = 0; start < in.limit(); start += BLOCK) {
            int count = Math.min(BLOCK, in.limit() - start);
            in.get(start, values, 0, count);
            out.get(start, sums, 0, count);
            for (int i = 0; i < count; i++) {
                sums[i] += narrow * values[i];
            }
            out.put(start, sums, 0, count);
        }
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(result);
    }

    /** result = matrix + bias, the bias added to each row. */
    public static void addBias(RepeatedCall call, INDArray matrix, INDArray bias, INDArray result) {
        call.run("biasadd", new double[0], new long[0], new INDArray[] {matrix, bias}, result);
    }

    /** result = max(a, 0). */
    public static void positivePart(INDArray a, INDArray result) {
        Nd4j.exec(new RectifiedLinear(a, result, 0));
    }

    /** da = dy where a &gt; 0, else 0. */
    public static void positivePartBackward(INDArray a, INDArray dy, INDArray da) {
        Nd4j.exec(new Step(a, da));
        da.muli(dy);
    }

    /** result = |a|. */
    public static void absolute(INDArray a, INDArray result) {
        Nd4j.exec(new Abs(a, result));
    }

    /** da = dy sign(a), 0 where a = 0. */
    public static void absoluteBackward(INDArray a, INDArray dy, INDArray da) {
        Nd4j.exec(new Sign(a, da));
        da.muli(dy);
    }
}
