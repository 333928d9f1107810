package io.github.otnn.examples.bench;

import io.github.otnn.core.Shape;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.train.Loss;
import io.github.otnn.layers.architecture.ArchitectureOptions;
import io.github.otnn.layers.architecture.FashionVgg;
import io.github.otnn.layers.architecture.KochMlp;
import io.github.otnn.layers.architecture.SmallCnn;
import io.github.otnn.loss.BinaryHkr;
import io.github.otnn.loss.SoftmaxHkr;
import io.github.otnn.loss.TauBinaryCrossEntropy;
import io.github.otnn.loss.TauCrossEntropy;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The networks that are measured, each with its unconstrained twin, its losses and random samples of its shape. */
public enum BenchmarkNetwork {
    /** Eleven convolutions with 96 to 384 channels for 28 x 28 pictures: {@link FashionVgg}. */
    FASHION_VGG(Shape.of(28, 28, 1), 10),
    /** Two convolutions and a dense layer for 28 x 28 pictures: {@link SmallCnn}. */
    SMALL_CNN(Shape.of(28, 28, 1), 10),
    /** Five dense layers of 128 for points in the plane: {@link KochMlp}. */
    KOCH_MLP(Shape.of(2), 1);

    private static final String SEED = "otnn.bench.seed";

    private final Shape input;
    private final int outputs;

    BenchmarkNetwork(Shape input, int outputs) {
        this.input = input;
        this.outputs = outputs;
    }

    /** Seed of everything random, from the program that has started this JVM. */
    static long seed() {
        return Long.getLong(SEED, 7);
    }

    /** JVM option that hands the seed over. */
    static String seedOption(long seed) {
        return "-D" + SEED + "=" + seed;
    }

    /** Logits. */
    int outputs() {
        return outputs;
    }

    /** The 1-Lipschitz layers. */
    Architecture lipschitz() {
        ArchitectureOptions options = ArchitectureOptions.outputs(outputs);
        return switch (this) {
            case FASHION_VGG -> FashionVgg.lipschitz(input, options);
            case SMALL_CNN -> SmallCnn.lipschitz(input, options);
            case KOCH_MLP -> KochMlp.lipschitz(input, options);
        };
    }

    /** Ordinary layers of the same widths. */
    Architecture unconstrained() {
        ArchitectureOptions options = ArchitectureOptions.outputs(outputs);
        return switch (this) {
            case FASHION_VGG -> FashionVgg.unconstrained(input, options);
            case SMALL_CNN -> SmallCnn.unconstrained(input, options);
            case KOCH_MLP -> KochMlp.unconstrained(input, options);
        };
    }

    /** What the 1-Lipschitz network minimises. */
    Loss hkr() {
        return outputs == 1 ? new BinaryHkr(10, 0.1) : new SoftmaxHkr(49, 0.25, 10);
    }

    /** What the twin minimises. */
    Loss crossEntropy() {
        return outputs == 1 ? new TauBinaryCrossEntropy(1) : new TauCrossEntropy(1);
    }

    /** A fresh network that only predicts. */
    static CondensedNetwork condensed(Architecture architecture) {
        return Network.initialize(architecture, DataType.FLOAT, seed()).condense();
    }

    /** Random values in [0, 1) of the network's input shape. */
    INDArray samples(int count, long number) {
        return uniform(seed() + number, input.batch(count));
    }

    /** Random samples with labels that have nothing to do with them: the arithmetic is that of real ones. */
    LabelledData labelled(int count, long number) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = outputs == 1 ? 2 * (i % 2) - 1 : i % outputs;
        }
        return LabelledData.of(samples(count, number), Tensors.of(labels, count, 1));
    }

    /** Random values in [0, 1). */
    static INDArray uniform(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(Shape.of(shape).length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return Tensors.of(values, shape);
    }
}
