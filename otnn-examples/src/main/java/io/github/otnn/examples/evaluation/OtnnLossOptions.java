package io.github.otnn.examples.evaluation;

import io.github.otnn.loss.NamedLoss;
import io.github.otnn.loss.SoftmaxHkr;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the loss of the 1-Lipschitz network; its default is what the paper took for Fashion-MNIST. A mixin. */
final class OtnnLossOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec program;

    @Option(
            names = "--lambda",
            paramLabel = "X",
            defaultValue = "5",
            description = "weight of the hinge in the hKR loss of the OTNN (default: ${DEFAULT-VALUE})")
    private double lambda;

    @Option(
            names = "--margin",
            paramLabel = "X",
            defaultValue = "0.5",
            description = "margin of the hinge, pixels in [0, 1] (default: ${DEFAULT-VALUE})")
    private double margin;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            defaultValue = "10",
            description = "sharpness of the softmax over the rivals (default: ${DEFAULT-VALUE})")
    private double temperature;

    /** The loss. */
    NamedLoss loss() {
        try {
            return new SoftmaxHkr(lambda, margin, temperature);
        } catch (IllegalArgumentException problem) {
            throw new ParameterException(Objects.requireNonNull(program).commandLine(), problem.getMessage(), problem);
        }
    }
}
