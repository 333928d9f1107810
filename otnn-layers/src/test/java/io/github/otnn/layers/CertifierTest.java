package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Pass;
import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.CertifiedRadius;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.core.testing.Golden;
import io.github.otnn.core.testing.Tolerances;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CertifierTest {
    private static final int SAMPLES = 40;
    private static final int CLASSES = 4;

    @Test
    void auditOfTheGoldenNetworkIsItsExactOperatorNorms() {
        Golden golden = Golden.read(CertifierTest.class, "network.json");
        LipschitzAudit audit = LipschitzAudit.of(GoldenLayersTest.goldenNetwork(golden, DataType.DOUBLE));
        assertThat(audit.vectorBound()).isBetween(1 - 1e-9, 1 + Tolerances.BOUND_SLACK);
        assertThat(audit.layers()).hasSize(9);
        assertThat(audit.unbounded()).isEmpty();
        assertThat(audit.describe())
                .contains("conv2", "SpectralConv2D 3x3 stride 2 SAME 8 -> 8", "each logit <= 1.0000");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void noAttackCrossesTheCertifiedRadius(DataType type) {
        CondensedNetwork network =
                Network.initialize(CondensedNetworkTest.smallCnn(), type, 4).condense();
        Certifier certifier = Certifier.of(network);
        INDArray start = gaussian(type, 5, SAMPLES, 12, 12, 1);
        int[] predicted = predictions(network.predict(start));
        Certificates certificates = certifier.certify(start, predicted, SAMPLES);
        assertThat(certificates.predicted()).isEqualTo(predicted);
        assertThat(certificates.accuracy()).isEqualTo(1);
        for (int rival = 1; rival < CLASSES; rival++) {
            INDArray attacked = ascendTowards(network, start, predicted, rival, certificates.predictedRadii());
            assertThat(predictions(network.predict(attacked))).isEqualTo(predicted);
            // the attack does go somewhere: a radius 30 times as large is crossed by at least one sample
            double[] large = Arrays.stream(certificates.predictedRadii())
                    .map(r -> 30 * r)
                    .toArray();
            INDArray far = ascendTowards(network, start, predicted, rival, large);
            assertThat(predictions(network.predict(far))).isNotEqualTo(predicted);
        }
    }

    @Test
    void pairwiseRadiiAreNeverBelowTheDisjointOnes() {
        CondensedNetwork network = Network.initialize(CondensedNetworkTest.smallCnn(), DataType.FLOAT, 4)
                .condense();
        Certifier certifier = Certifier.of(network);
        double[] logits = Tensors.toDoubles(network.predict(gaussian(DataType.FLOAT, 5, SAMPLES, 12, 12, 1)));
        for (int i = 0; i < SAMPLES; i++) {
            double[] row = Arrays.copyOfRange(logits, i * CLASSES, (i + 1) * CLASSES);
            for (int label = 0; label < CLASSES; label++) {
                double pairwise = certifier.radiusIgnoringRounding(row, label);
                double disjoint =
                        CertifiedRadius.disjoint(row, label, certifier.audit().logitBound());
                if (disjoint > 0) {
                    assertThat(pairwise).isGreaterThanOrEqualTo(disjoint * (1 - 1e-6));
                }
            }
        }
    }

    @Test
    void orthonormalHeadGivesTheJointRadius() {
        Architecture architecture = Architecture.of(Shape.of(6), new SpectralDense(3));
        CondensedNetwork network =
                Network.initialize(architecture, DataType.DOUBLE, 1).condense();
        double[] logits = {0.7, 0.2, -0.4};
        assertThat(Certifier.of(network).radiusIgnoringRounding(logits, 0))
                .isCloseTo(CertifiedRadius.joint(logits, 0, 1), within(1e-4));
    }

    @Test
    void refusesNetworksWithALayerWithoutBoundAndForeignLogits() {
        Architecture architecture = Architecture.builder(Shape.of(4))
                .add("dense", new SpectralDense(2))
                .add("square", new Squares())
                .build();
        CondensedNetwork network =
                Network.initialize(architecture, DataType.FLOAT, 1).condense();
        assertThatThrownBy(() -> Certifier.of(network))
                .hasMessage(
                        "no certificate: layer 'square' (Squares) has no proven Lipschitz bound: x^2 is not Lipschitz");
        assertThat(LipschitzAudit.of(network).logitBound()).isInfinite();

        Certifier certifier =
                Certifier.of(Network.initialize(Architecture.of(Shape.of(4), new SpectralDense(2)), DataType.FLOAT, 1)
                        .condense());
        assertThatThrownBy(() -> certifier.certifyIgnoringRounding(Tensors.zeros(DataType.FLOAT, 3, 5), new int[3]))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("certify: expected logits [3, 2], got [3, 5]");
    }

    /** Twenty steps along the gradient of f_rival - f_predicted, each time back into the ball. */
    private static INDArray ascendTowards(
            CondensedNetwork network, INDArray start, int[] predicted, int shift, double[] radii) {
        INDArray current = start.dup();
        for (int step = 0; step < 20; step++) {
            try (Pass pass = network.evaluate(current)) {
                INDArray cotangent = pass.output().mul(0);
                for (int i = 0; i < SAMPLES; i++) {
                    cotangent.putScalar(i, predicted[i], -1);
                    cotangent.putScalar(i, (predicted[i] + shift) % CLASSES, 1);
                }
                current.addi(pass.inputGradient(cotangent));
            }
            for (int i = 0; i < SAMPLES; i++) {
                INDArray delta = Tensors.rows(current, i, i + 1).sub(Tensors.rows(start, i, i + 1));
                double norm = delta.norm2Number().doubleValue();
                delta.muli(radii[i] * (1 - 1e-6) / norm);
                Tensors.rows(current, i, i + 1)
                        .assign(Tensors.rows(start, i, i + 1).add(delta));
            }
        }
        return current;
    }

    private static int[] predictions(INDArray logits) {
        double[] values = Tensors.toDoubles(logits);
        int[] best = new int[SAMPLES];
        for (int i = 0; i < values.length; i++) {
            if (values[i] > values[i / CLASSES * CLASSES + best[i / CLASSES]]) {
                best[i / CLASSES] = i % CLASSES;
            }
        }
        return best;
    }

    /** A layer that nothing bounds. */
    private record Squares() implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public INDArray forward(INDArray input, LayerPass pass) {
            return input.mul(input);
        }

        @Override
        public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
            return input.mul(cotangent).muli(2);
        }

        @Override
        public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
            return LipschitzBound.none("x^2 is not Lipschitz");
        }

        @Override
        public String describe(Shape input) {
            return "Squares";
        }
    }

    @Test
    void auditTellsOfEachLayerAndStopsWhereItsListenerThrows() {
        CondensedNetwork network = Network.initialize(
                        Architecture.of(Shape.of(4), new SpectralDense(4), new GroupSort2(), new SpectralDense(2)),
                        DataType.FLOAT,
                        1)
                .condense();
        List<String> told = new ArrayList<>();
        LipschitzAudit audit = LipschitzAudit.of(network, report -> told.add(report.name()));
        assertThat(told)
                .isEqualTo(audit.layers().stream()
                        .map(LipschitzAudit.LayerReport::name)
                        .toList())
                .hasSize(3);
        told.clear();
        assertThatThrownBy(() -> LipschitzAudit.of(network, report -> {
                    told.add(report.name());
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(told).hasSize(1);
    }
}
