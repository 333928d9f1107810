package io.github.otnn.layers;

import static io.github.otnn.core.testing.FiniteDifferences.gaussian;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.Shape;
import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.certify.Certificates;
import io.github.otnn.core.certify.Certifier;
import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.network.Layer;
import io.github.otnn.core.network.LayerPass;
import io.github.otnn.core.network.LipschitzBound;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Rounding;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Certificates speak of the numbers that the computer produces. */
class ComputedCertificateTest {
    private static final int SAMPLES = 50;

    @Test
    void allowanceCoversWhatSeparatesFloat32LogitsFromFloat64Ones() {
        CondensedNetwork narrow = cnn();
        CondensedNetwork wide = narrow.as(DataType.DOUBLE);
        Certifier certifier = Certifier.of(narrow);
        Certifier fine = Certifier.of(wide);
        for (double scale : new double[] {1e-3, 1, 1e3}) {
            INDArray input = inputs().muli(scale);
            double[] computed = Tensors.toDoubles(narrow.predict(input));
            double[] nearlyExact = Tensors.toDoubles(wide.predict(input));
            double[] allowances =
                    certifier.certify(input, new int[SAMPLES], SAMPLES).allowances();
            double[] rest = fine.certify(input, new int[SAMPLES], SAMPLES).allowances();
            for (int i = 0; i < computed.length; i++) {
                int sample = i * SAMPLES / computed.length;
                assertThat(Math.abs(computed[i] - nearlyExact[i]))
                        .isLessThanOrEqualTo(allowances[sample] + rest[sample]);
                assertThat(rest[sample]).isLessThan(1e-8 * allowances[sample]);
            }
        }
        assertThat(certifier.audit().describe())
                .contains("float32 rounding moves a logit by at most ", " |x| + ", "[12, 12, 8]", "4,772 parameters");
        assertThat(fine.audit().describe()).contains("float64 rounding moves a logit by at most ");
    }

    @Test
    void radiiOfFloat32AndFloat64DifferByNoMoreThanTheAllowances() {
        CondensedNetwork narrow = cnn();
        CondensedNetwork wide = narrow.as(DataType.DOUBLE);
        Certifier certifier = Certifier.of(narrow);
        Certifier fineCertifier = Certifier.of(wide);
        int[] labels =
                fineCertifier.certify(inputs(), new int[SAMPLES], SAMPLES).predicted();
        Certificates computed = certifier.certify(inputs(), labels, SAMPLES);
        Certificates ignoring = certifier.certifyIgnoringRounding(narrow.predict(inputs()), labels);
        Certificates fine = fineCertifier.certify(inputs(), labels, SAMPLES);
        double closest = Arrays.stream(narrow.differenceBounds())
                .flatMapToDouble(Arrays::stream)
                .filter(distance -> distance > 0)
                .min()
                .orElseThrow();
        for (int i = 0; i < SAMPLES; i++) {
            double allowance = computed.allowances()[i] + fine.allowances()[i];
            double perGap = 2 * allowance / (certifier.audit().featureBound() * closest);
            assertThat(ignoring.labelRadii()[i]).isCloseTo(fine.labelRadii()[i], within(perGap));
            // what rounding takes: twice the gap's allowance, and a little for the way
            assertThat(Math.abs(computed.labelRadii()[i])).isLessThan(Math.abs(fine.labelRadii()[i]));
            assertThat(computed.labelRadii()[i]).isCloseTo(fine.labelRadii()[i], within(3 * perGap));
        }
        assertThat(computed.meanAllowance()).isPositive().isLessThan(0.02 * fine.meanRadius());
        assertThat(ignoring.meanAllowance()).isZero();
        assertThat(computed.accuracy()).isEqualTo(ignoring.accuracy());
    }

    /** 2^25 + v is a multiple of 4 in float32: the smaller v is lost or doubled. */
    @Test
    void float32FlipsInsideARadiusThatIgnoresRoundingButNotInsideTheCertifiedOne() {
        CondensedNetwork sum = CondensedNetwork.of(
                Architecture.builder(Shape.of(4))
                        .add("sum", new SpectralDense(1))
                        .build(),
                DataType.FLOAT,
                Map.of(
                        "sum/weight", Tensors.of(DataType.FLOAT, new double[] {1, 1, 1, 1}, 4, 1),
                        "sum/bias", Tensors.zeros(DataType.FLOAT, 1)));
        Certifier certifier = Certifier.of(sum);
        int flipped = 0;
        int[][] orders = {{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3}, {0, 3, 1, 2}, {1, 0, 2, 3}, {1, 2, 0, 3}};
        for (int[] order : orders) {
            INDArray start = inOrder(order, 0x1p25, 2.05, -0x1p25, -3);
            INDArray near = inOrder(order, 0x1p25, 1.95, -0x1p25, -3);
            INDArray logits = sum.predict(start);
            double computed = logits.getDouble(0);
            int sign = computed > 0 ? 1 : -1;
            double ignoring =
                    certifier.certifyIgnoringRounding(logits, new int[] {sign}).predictedRadii()[0];
            boolean changes = sum.predict(near).getDouble(0) > 0 != computed > 0;
            flipped += changes && start.distance2(near) < ignoring ? 1 : 0;
            assertThat(certifier.certify(start, logits, new int[] {sign}).predictedRadii()[0])
                    .isZero();
        }
        assertThat(flipped).isPositive();
        // in float64 the same sample has nearly the radius that ignores rounding
        Certifier fine = Certifier.of(sum.as(DataType.DOUBLE));
        INDArray start = Tensors.of(DataType.DOUBLE, new double[] {0x1p25, 2.05, -0x1p25, -3}, 1, 4);
        assertThat(fine.certify(start, new int[] {-1}, 1).labelRadii()[0]).isBetween(0.475 - 1e-6, 0.475);
    }

    /** Unit columns that point away from each other: gap / 2 is attained, gap / sqrt 2 would be wrong. */
    @Test
    void disjointHeadNeverGetsTheJointRadius() {
        CondensedNetwork network = CondensedNetwork.of(
                Architecture.builder(Shape.of(2))
                        .add("heads", new UnitNormDense(2))
                        .build(),
                DataType.DOUBLE,
                Map.of(
                        "heads/weight", Tensors.of(DataType.DOUBLE, new double[] {1, -1, 0, 0}, 2, 2),
                        "heads/bias", Tensors.zeros(DataType.DOUBLE, 2)));
        Certifier certifier = Certifier.of(network);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {0.5, 3}, 1, 2);
        double gap = 1;
        assertThat(certifier.radiusIgnoringRounding(new double[] {0.5, -0.5}, 0))
                .isCloseTo(gap / 2, within(1e-12));
        double certified = certifier.certify(x, new int[] {0}, 1).labelRadii()[0];
        assertThat(certified).isBetween(gap / 2 - 1e-12, gap / 2);
        INDArray beyond = Tensors.of(DataType.DOUBLE, new double[] {0.5 - gap / 2 - 1e-9, 3}, 1, 2);
        assertThat(certifier.certify(beyond, new int[] {0}, 1).predicted()).containsExactly(1);
    }

    @Test
    void layersWithoutStatementAreNamedAndMakeCertificatesOfComputedLogitsImpossible() {
        CondensedNetwork network = followedBy(new Stated(LipschitzBound.of(1, "identity"), Rounding.unknown()));
        Certifier certifier = Certifier.of(network);
        INDArray x = gaussian(DataType.FLOAT, 1, 3, 4);
        String message = "no certificate of computed logits: layer 'last' (Stated) says nothing of its rounding; "
                + "override Layer.rounding, or use certifyIgnoringRounding";
        assertThatThrownBy(() -> certifier.certify(x, new int[3], 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> certifier.certify(x, network.predict(x), new int[3]))
                .hasMessage(message);
        assertThatThrownBy(() -> certifier.radius(new double[] {1, 0}, 0, 1)).hasMessage(message);
        assertThat(certifier
                        .certifyIgnoringRounding(network.predict(x), new int[3])
                        .predictedRadii())
                .hasSize(3);
        LipschitzAudit audit = certifier.audit();
        assertThat(audit.unknownRounding())
                .extracting(LipschitzAudit.LayerReport::name)
                .containsExactly("last");
        assertThat(audit.largestInput()).isZero();
        assertThat(audit.describe())
                .contains(
                        "float32 rounding is not known: nothing is proven of the arithmetic of layer 'last' (Stated)");
    }

    @Test
    void nothingIsProvenWhereValuesMayOverflow() {
        CondensedNetwork network = cnn();
        Certifier certifier = Certifier.of(network);
        double[] logits = {1e30, 0, 0, 0};
        assertThat(certifier.radius(logits, 0, 1e19)).isZero();
        double radius = certifier.radius(logits, 0, 1e17);
        assertThat(radius).isPositive();
        assertThat(radius + 1e17).isLessThanOrEqualTo(certifier.audit().largestInput());
    }

    @Test
    void rejectsInputsAndLabelsThatDoNotBelongTogether() {
        CondensedNetwork network = cnn();
        Certifier certifier = Certifier.of(network);
        INDArray logits = network.predict(inputs());
        assertThatThrownBy(() -> certifier.certify(inputs(), logits, new int[3]))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("certify: expected 3 inputs, got 50");
        assertThatThrownBy(() -> certifier.certify(Tensors.zeros(DataType.FLOAT, 3, 5), logits, new int[3]))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("certify: expected input [batch, 12, 12, 1], got [3, 5]");
        assertThatThrownBy(() -> certifier.certify(inputs(), Tensors.rows(logits, 0, 2), new int[SAMPLES]))
                .hasMessage("certify: expected logits [50, 4], got [2, 4]");
        int[] labels = new int[SAMPLES];
        labels[7] = 4;
        assertThatThrownBy(() -> certifier.certify(inputs(), logits, labels))
                .hasMessage("certify: row 7: label 4 is outside the 4 classes 0..3");
    }

    @Test
    void auditOfALayerWithoutLipschitzBoundIsATableToo() {
        LipschitzAudit audit =
                LipschitzAudit.of(followedBy(new Stated(LipschitzBound.none("not proven"), Rounding.none())));
        assertThat(audit.unbounded())
                .extracting(LipschitzAudit.LayerReport::name)
                .containsExactly("last");
        assertThat(audit.describe())
                .contains("none", "not proven", "float32 rounding has no bound, for want of Lipschitz bounds");
    }

    private static CondensedNetwork followedBy(Layer last) {
        Architecture architecture = Architecture.builder(Shape.of(4))
                .add("dense", new SpectralDense(2))
                .add("last", last)
                .build();
        return Network.initialize(architecture, DataType.FLOAT, 1).condense();
    }

    private static CondensedNetwork cnn() {
        return Network.initialize(CondensedNetworkTest.smallCnn(), DataType.FLOAT, 4)
                .condense();
    }

    private static INDArray inputs() {
        return gaussian(DataType.FLOAT, 5, SAMPLES, 12, 12, 1);
    }

    private static INDArray inOrder(int[] order, double... values) {
        return Tensors.of(
                DataType.FLOAT, Arrays.stream(order).mapToDouble(i -> values[i]).toArray(), 1, values.length);
    }

    /** The identity with statements of choice. */
    private record Stated(LipschitzBound constant, Rounding own) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public INDArray forward(INDArray input, LayerPass pass) {
            return input;
        }

        @Override
        public INDArray backward(INDArray input, INDArray output, INDArray cotangent, LayerPass pass) {
            return cotangent;
        }

        @Override
        public LipschitzBound bound(Shape input, Function<String, INDArray> weights) {
            return constant;
        }

        @Override
        public Rounding rounding(Shape input, Function<String, INDArray> weights, double unitRoundoff) {
            return own;
        }

        @Override
        public String describe(Shape input) {
            return "Stated";
        }
    }
}
