package io.github.otnn.xai;

import io.github.otnn.core.Differentiable;
import io.github.otnn.core.Pass;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function whose batches are shared by workers: explanations, metrics and attacks of it use all threads that the caller lends.
 *
 * <pre>y = f(x),   worker w computes samples n w / W to n (w + 1) / W of the batch</pre>
 *
 * The same function, with the same Lipschitz constant. Bits depend on the number of workers at most by the rounding of the
 * function in smaller batches. One caller at a time; the function itself must be thread-safe, as condensed networks are.
 *
 * @param function to compute; thread-safe
 * @param workers that share each batch
 */
public record SharedFunction(Differentiable function, Workers workers) implements Differentiable {
    @Override
    public Pass evaluate(INDArray input) {
        int parts = parts(input);
        if (parts == 1) {
            return function.evaluate(input);
        }
        INDArray dense = Tensors.dense(input);
        Pass[] passes = new Pass[parts];
        try {
            INDArray output = joined(dense, parts, part -> {
                Pass pass = function.evaluate(rows(dense, part, parts));
                passes[part] = pass;
                return pass.output();
            });
            return new SharedPass(passes, output);
        } catch (RuntimeException | Error failure) {
            close(passes);
            throw failure;
        }
    }

    @Override
    public INDArray predict(INDArray input) {
        int parts = parts(input);
        if (parts == 1) {
            return function.predict(input);
        }
        INDArray dense = Tensors.dense(input);
        return joined(dense, parts, part -> function.predict(rows(dense, part, parts)));
    }

    private int parts(INDArray input) {
        return input.rank() == 0 ? 1 : (int) Math.max(1, Math.min(workers.count(), input.size(0)));
    }

    private static INDArray rows(INDArray dense, int part, int parts) {
        long samples = dense.size(0);
        return Tensors.rows(dense, samples * part / parts, samples * (part + 1) / parts);
    }

    /** Puts what the workers compute one below the other. */
    private INDArray joined(INDArray batch, int parts, IntFunction<INDArray> compute) {
        INDArray[] pieces = new INDArray[parts];
        workers.each(worker -> {
            if (worker < parts) {
                pieces[worker] = Tensors.dense(compute.apply(worker));
            }
        });
        INDArray first = pieces[0];
        long[] shape = first.shape().clone();
        shape[0] = batch.size(0);
        INDArray all = Tensors.uninitialized(first.dataType(), shape);
        for (int part = 0; part < parts; part++) {
            INDArray piece = pieces[part];
            INDArray into = rows(all, part, parts);
            if (!Arrays.equals(piece.shape(), into.shape())) {
                throw new ShapeMismatchException(
                        "shared function, part " + part, Arrays.toString(into.shape()), Arrays.toString(piece.shape()));
            }
            into.assign(piece);
        }
        return all;
    }

    /** Closes those that there are. */
    private static void close(Pass[] passes) {
        for (Pass pass : passes) {
            if (pass != null) {
                pass.close();
            }
        }
    }

    private final class SharedPass implements Pass {
        private final Pass[] passes;
        private final INDArray output;

        SharedPass(Pass[] passes, INDArray output) {
            this.passes = passes;
            this.output = output;
        }

        @Override
        public INDArray output() {
            return output;
        }

        @Override
        public INDArray inputGradient(INDArray cotangent) {
            if (!Arrays.equals(cotangent.shape(), output.shape())) {
                throw new ShapeMismatchException(
                        "cotangent", Arrays.toString(output.shape()), Arrays.toString(cotangent.shape()));
            }
            INDArray dense = Tensors.dense(cotangent);
            int parts = passes.length;
            return joined(dense, parts, part -> passes[part].inputGradient(rows(dense, part, parts)));
        }

        @Override
        public void close() {
            SharedFunction.close(passes);
        }
    }
}
