package io.github.otnn.core.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A native operation at one place of a program that is run again and again, mostly on the same arrays. It is prepared once; as
 * long as the arrays stay the same objects, a call hands over nothing: a product of 4 x 4 matrices then takes 6 us instead of
 * 20, and two threads do not wait for each other to prepare theirs.
 *
 * <p>Belongs to one thread at a time. Keeps the arrays of its last call alive.
 */
public final class RepeatedCall {
    private @Nullable Prepared prepared;

    /** Runs the operation with these arguments. */
    void run(String name, double[] floating, long[] integers, INDArray[] inputs, INDArray... outputs) {
        Prepared last = prepared;
        if (last == null || !last.operation.opName().equals(name)) {
            last = new Prepared(name);
            prepared = last;
        }
        last.run(floating, integers, inputs, outputs);
    }

    private static final class Prepared {
        private final DynamicCustomOp operation;
        private final OpContext context = Nd4j.getExecutioner().buildContext();
        private double[] floating = {};
        private long[] integers = {};
        private INDArray[] inputs = {};
        private INDArray[] outputs = {};

        Prepared(String name) {
            operation = DynamicCustomOp.builder(name).build();
        }

        void run(double[] newFloating, long[] newIntegers, INDArray[] newInputs, INDArray[] newOutputs) {
            if (!same(inputs, newInputs)
                    || !same(outputs, newOutputs)
                    || !Arrays.equals(floating, newFloating)
                    || !Arrays.equals(integers, newIntegers)) {
                // everything anew: arrays that are merely replaced would stay in the native context
                context.purge();
                context.setInputArrays(newInputs);
                context.setOutputArrays(newOutputs);
                context.setTArguments(newFloating);
                context.setIArguments(newIntegers);
                inputs = newInputs.clone();
                outputs = newOutputs.clone();
                floating = newFloating.clone();
                integers = newIntegers.clone();
            }
            Nd4j.exec(operation, context);
        }

        private static boolean same(INDArray[] a, INDArray[] b) {
            if (a.length != b.length) {
                return false;
            }
            for (int i = 0; i < a.length; i++) {
                // their own equals compares values
                if (a[i] != b[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
