package io.github.otnn.layers;

import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.tensor.RepeatedCall;
import io.github.otnn.core.tensor.WorkingMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a convolution works with, whether a layer runs it or a parametrization. */
interface ConvolutionMemory {
    /** Memory for use within one call. */
    INDArray array(String name, long... shape);

    /** Native operation, prepared when it has run before. */
    RepeatedCall call(String name);

    /** View of a dense array in another shape, remembered. */
    INDArray view(String name, INDArray dense, long... shape);

    static ConvolutionMemory of(LayerPass pass) {
        return new OfPass(pass);
    }

    static ConvolutionMemory of(WorkingMemory memory) {
        return new Own(memory);
    }

    /** Memory that other layers use too. */
    record OfPass(LayerPass pass) implements ConvolutionMemory {
        @Override
        public INDArray array(String name, long... shape) {
            return pass.scratch(name, shape);
        }

        @Override
        public RepeatedCall call(String name) {
            return pass.call(name);
        }

        @Override
        public INDArray view(String name, INDArray dense, long... shape) {
            return pass.view(name, dense, shape);
        }
    }

    /** Memory of one parametrization. */
    record Own(WorkingMemory memory) implements ConvolutionMemory {
        @Override
        public INDArray array(String name, long... shape) {
            return memory.array(name, shape);
        }

        @Override
        public RepeatedCall call(String name) {
            return memory.call(name);
        }

        @Override
        public INDArray view(String name, INDArray dense, long... shape) {
            return memory.view(name, dense, shape);
        }
    }
}
